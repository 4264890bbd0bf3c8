"""What each of the two earns and pays for intellectual property in the whole world."""

from orchestration.site.chapter import Chapter, Figure

_OF_BOTH = """
select
    area.name || {what} || ' (' || figures.source || ')' as series,
    figures.year,
    figures.value,
    figures.unit,
    figures.obs_status,
    figures.source,
    figures.vintage
from {table} as figures
join dim_area as area on figures.area = area.area
where figures.area in ($area, $counterpart) and figures.counterpart_area = 'W00'
order by series, figures.year
"""

CHAPTER = Chapter(
    title="Intellectual property with the whole world",
    lead="What each of the two earns from and pays to all other economies, and whether it is a net seller.",
    tables=("ip_receipts", "ip_payments", "ip_cover_ratio"),
    bilateral=False,
    parts=(
        Figure(
            title="Receipts from the world",
            events=("SH", "S"),
            sql=_OF_BOTH.format(table="ip_receipts", what="''"),
        ),
        Figure(
            title="Payments to the world",
            events=("SH", "S"),
            sql=_OF_BOTH.format(table="ip_payments", what="''"),
        ),
        Figure(
            title="Dollars received for each dollar paid",
            events=("SH", "S"),
            note="Above 1 a net seller.",
            sql=_OF_BOTH.format(table="ip_cover_ratio", what="''"),
        ),
    ),
)
