"""Revisions: the same figures in several vintages, and the largest revisions of the pair's figures."""

from orchestration.site.chapter import Chapter, Figure, Listing

CHAPTER = Chapter(
    title="Revisions",
    lead="Publishers revise their figures. Every vintage is kept, so that readers see what was known when.",
    events=("SH",),
    bilateral=False,
    parts=(
        Figure(
            title="The world paid {area} for the use of intellectual property, by vintage",
            concept="receipts from the world",
            directed=True,
            note="At most the six newest vintages of each source.",
            sql="""
select
    'vintage ' || vintage || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from metric_vintages
where metric_id = 'ip_receipts' and area = $area and counterpart_area = 'W00' and year >= 2005
qualify dense_rank() over (partition by source order by vintage desc) <= 6
order by source, vintage desc, year
""",
        ),
        Listing(
            title="Largest revisions of figures between the two economies",
            note="The twenty largest, in percent.",
            sql="""
select
    series as figure,
    area,
    counterpart_area,
    item,
    year,
    previous_vintage,
    previous_value,
    vintage,
    value,
    round(relative_change, 1) as percent_change,
    source
from fct_revision
where
    kind = 'revised'
    and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    and relative_change is not null
order by abs(relative_change) desc, series, item, year, vintage
limit 20
""",
        ),
    ),
)
