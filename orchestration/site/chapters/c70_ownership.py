"""Inventions made in one economy and owned in the other, both ways."""

from orchestration.site.chapter import Chapter, Figure, figure_columns, measure_and_source, measure_label, series_query

CHAPTER = Chapter(
    title="Cross-border ownership",
    lead="Inventions made in one economy that belonged to owners in the other when the patent was granted.",
    events=("_T",),
    parts=(
        Figure(
            title="Owners in one economy held patents invented in the other",
            headline=True,
            concept="inventions owned abroad",
            sql=f"""
select
    'inventors: ' || inventor.name || ', owners: ' || owner.name || ', ' || {measure_label("owned")}
    || ' (' || owned.source || ')' as series,
{figure_columns("owned")}
from cross_border_ownership as owned
join dim_area as inventor on owned.area = inventor.area
join dim_area as owner on owned.counterpart_area = owner.area
where
    owned.item = '_T'
    and owned.unit = 'PATN'
    and (owned.area, owned.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, owned.year
""",
        ),
        Figure(
            title="Owners in {counterpart} held a share of the patents invented in {area}",
            concept="share of inventions owned abroad",
            directed=True,
            sql=series_query(
                "cross_border_ownership",
                "item = '_T' and unit = 'PT' and area = $area and counterpart_area = $counterpart",
                measure_and_source(),
            ),
        ),
    ),
)
