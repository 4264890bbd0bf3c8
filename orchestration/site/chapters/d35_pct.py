"""International applications of each economy under the Patent Cooperation Treaty."""

from orchestration.site.chapter import Chapter, Figure, figure_columns, measure_label

CHAPTER = Chapter(
    title="International patent applications",
    lead="Applications of each economy under the Patent Cooperation Treaty (PCT). They ask for protection in many countries at once and "
    "are no patents.",
    events=("_T",),
    bilateral=False,
    parts=(
        Figure(
            title="Applicants from {area} and {counterpart} filed international (PCT) applications",
            concept="international applications by origin",
            note="By the origin of the first applicant and the year of filing.",
            sql=f"""
select
    area.name || ', ' || {measure_label("pct")} || ' (' || pct.source || ')' as series,
{figure_columns("pct")}
from pct_applications as pct
join dim_area as area on pct.area = area.area
where pct.area in ($area, $counterpart) and pct.item = '_T' and pct.measure = 'applications'
order by series, pct.year
""",
        ),
    ),
)
