"""The technology balance of the two economies: licences and research services together, and the coverage ratio."""

from orchestration.site.chapter import Chapter, Figure, figure_columns, series_query

CHAPTER = Chapter(
    title="Technology balance",
    lead="What the two economies pay each other for technology: charges for the use of intellectual property and research and "
    "development services together.",
    events=("SH", "S"),
    parts=(
        Figure(
            title="{area} sold technology to and bought technology from {counterpart}",
            concept="technology sold and bought",
            sql=series_query(
                "technology_balance",
                "area = $area and counterpart_area = $counterpart and item = '_T' and measure in ('receipts', 'payments', 'balance')",
                series="measure || ', ' || basis || ' (' || source || ')'",
                order="measure = 'balance', series, year",
            ),
        ),
        Figure(
            title="{area} received US dollars from {counterpart} for each dollar it paid",
            concept="technology receipts per dollar paid",
            note="Coverage ratio: above 1, {area} is a net seller of technology to {counterpart}.",
            sql=f"""
select
    item.name || ', ' || balance.basis || ' (' || balance.source || ')' as series,
{figure_columns("balance")}
from technology_balance as balance
join dim_service_item as item on balance.item = item.item
where
    balance.area = $area and balance.counterpart_area = $counterpart and balance.measure = 'coverage_ratio'
order by series, balance.year
""",
        ),
    ),
)
