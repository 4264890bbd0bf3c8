"""What an economy receives from and pays to the world for intellectual property, and whether it is a net seller."""

from orchestration.site.chapter import Chapter, Figure

_WITH_WORLD = """
select source as series, year, value, unit, obs_status, source, vintage
from {table}
where area = $area and counterpart_area = 'W00'
order by series, year
"""

CHAPTER = Chapter(
    title="Intellectual property with the world",
    lead="Charges for the use of patents, software, trademarks, films and music that the economy receives from and pays to all others.",
    events=("SH", "S"),
    parts=(
        Figure(
            title="The world paid {area} for the use of intellectual property",
            headline=True,
            concept="receipts from the world",
            sql=_WITH_WORLD.format(table="ip_receipts"),
        ),
        Figure(
            title="{area} paid the world for the use of intellectual property",
            headline=True,
            concept="payments to the world",
            sql=_WITH_WORLD.format(table="ip_payments"),
        ),
        Figure(
            title="{area} received US dollars from the world for each dollar it paid",
            headline=True,
            concept="receipts per dollar paid",
            note="Above 1, the economy is a net seller.",
            sql=_WITH_WORLD.format(table="ip_cover_ratio"),
        ),
    ),
)
