"""Trademarks that applicants of one economy seek at the office of the other; invented figures."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Trademarks sought from each other",
    lead="Invented applications of one economy at the trademark office of the other.",
    events=("_T",),
    parts=(
        Figure(
            title="Applicants from {area} sought trademarks at the office of {counterpart}",
            directed=True,
            sql="""
select replace(measure, '_', ' ') || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from synthetic_trademark_applications
where area = $area and counterpart_area = $counterpart
order by series, year
""",
        ),
    ),
)
