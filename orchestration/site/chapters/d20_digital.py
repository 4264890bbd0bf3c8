"""Digital share of the trade of each economy."""

from orchestration.site.chapter import Chapter, Figure, figure_columns

CHAPTER = Chapter(
    title="Digital trade",
    lead="Digitally deliverable services could be delivered over a network, digitally delivered services were. They are "
    "different measures, both in percent of trade in goods and services.",
    events=("S",),
    bilateral=False,
    parts=(
        Figure(
            title="Digitally deliverable or delivered services made up part of the trade of {area} and {counterpart}",
            concept="digital share of trade",
            sql=f"""
select
    area.name || ', ' || replace(share.measure, '_', ' ') || ' (' || share.source || ')' as series,
{figure_columns("share")}
from digital_share_of_trade as share
join dim_area as area on share.area = area.area
where share.area in ($area, $counterpart)
order by share.measure, series, share.year
""",
        ),
    ),
)
