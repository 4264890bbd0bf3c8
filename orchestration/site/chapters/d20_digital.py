"""How digital the trade of each of the two is."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Digital trade",
    lead="Services that could be delivered over a network, and services that were, in percent of trade in goods and services. "
    "The two are different measures.",
    tables=("digital_share_of_trade",),
    bilateral=False,
    parts=(
        Figure(
            title="Digital share of trade",
            events=("S",),
            sql="""
select
    area.name || ', ' || replace(share.measure, '_', ' ') || ' (' || share.source || ')' as series,
    share.year,
    share.value,
    share.unit,
    share.obs_status,
    share.source,
    share.vintage
from digital_share_of_trade as share
join dim_area as area on share.area = area.area
where share.area in ($area, $counterpart)
order by share.measure, series, share.year
""",
        ),
    ),
)
