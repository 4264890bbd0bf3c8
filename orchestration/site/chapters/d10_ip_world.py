"""What each economy receives from and pays to the world for intellectual property."""

from orchestration.site.chapter import Chapter, Figure, figure_columns

_OF_BOTH = f"""
select
    area.name || ' (' || figures.source || ')' as series,
{figure_columns("figures")}
from {{table}} as figures
join dim_area as area on figures.area = area.area
where figures.area in ($area, $counterpart) and figures.counterpart_area = 'W00'
order by series, figures.year
"""

CHAPTER = Chapter(
    title="Intellectual property with the world",
    lead="What each economy receives from and pays to all other economies, and whether it is a net seller.",
    events=("SH", "S"),
    bilateral=False,
    parts=(
        Figure(
            title="The world paid {area} and {counterpart} for the use of intellectual property",
            concept="receipts from the world",
            sql=_OF_BOTH.format(table="ip_receipts"),
        ),
        Figure(
            title="{area} and {counterpart} paid the world for the use of intellectual property",
            concept="payments to the world",
            sql=_OF_BOTH.format(table="ip_payments"),
        ),
        Figure(
            title="{area} and {counterpart} received US dollars from the world for each dollar they paid",
            concept="receipts per dollar paid",
            note="Above 1, an economy is a net seller.",
            sql=_OF_BOTH.format(table="ip_cover_ratio"),
        ),
    ),
)
