"""Inventions made in one of the two and owned in the other, both ways."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Cross-border ownership",
    lead="Inventions made in one economy that belong to owners in the other, at grant.",
    tables=("cross_border_ownership",),
    parts=(
        Figure(
            title="Invented in one, owned in the other",
            headline=True,
            events=("_T",),
            sql="""
select
    'invented in ' || inventor.name || ', owned in ' || owner.name || ', ' || replace(owned.measure, '_', ' ')
    || ' (' || owned.source || ')' as series,
    owned.year,
    owned.value,
    owned.unit,
    owned.obs_status,
    owned.source,
    owned.vintage
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
            title="Share of the inventions of {area} owned in {counterpart}",
            directed=True,
            events=("_T",),
            sql="""
select replace(measure, '_', ' ') || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from cross_border_ownership
where item = '_T' and unit = 'PT' and area = $area and counterpart_area = $counterpart
order by series, year
""",
        ),
    ),
)
