"""The technology balance of the two: licences and research services together, and the coverage ratio."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Technology balance",
    lead="Charges for intellectual property and research and development services together: what the two pay each other "
    "for technology.",
    tables=("technology_balance",),
    parts=(
        Figure(
            title="Technology sold and bought by {area}",
            events=("SH", "S"),
            sql="""
select measure || ', ' || basis || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from technology_balance
where area = $area and counterpart_area = $counterpart and item = '_T' and measure in ('receipts', 'payments', 'balance')
order by measure = 'balance', series, year
""",
        ),
        Figure(
            title="Dollars received by {area} for each dollar paid",
            events=("SH", "S"),
            note="The coverage ratio: above 1, {area} is a net seller of technology to {counterpart}.",
            sql="""
select
    item.name || ', ' || balance.basis || ' (' || balance.source || ')' as series,
    balance.year,
    balance.value,
    balance.unit,
    balance.obs_status,
    balance.source,
    balance.vintage
from technology_balance as balance
join dim_service_item as item on balance.item = item.item
where
    balance.area = $area and balance.counterpart_area = $counterpart and balance.measure = 'coverage_ratio'
order by series, balance.year
""",
        ),
    ),
)
