"""Trade in services between the two: exports, imports, balance, and what the services are."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Trade in services",
    lead="All services that the two sell to each other, and the balance. Exports, imports and balance of a line are of one "
    "source and one vintage.",
    tables=("bilateral_services_balance",),
    parts=(
        Figure(
            title="Services of {area} with {counterpart}",
            headline=True,
            events=("S",),
            note="Mirrored lines are the reports of {counterpart}, told from the side of {area}.",
            sql="""
select
    measure || ', ' || basis || ' (' || source || ')' as series,
    year,
    value,
    unit,
    obs_status,
    source,
    vintage
from bilateral_services_balance
where item = 'S' and area = $area and counterpart_area = $counterpart
order by measure, basis desc, source, year
""",
        ),
        Figure(
            title="What {area} sells to {counterpart}, by kind of service",
            kind="bars",
            directed=True,
            note="The newest year of each source and basis.",
            sql="""
select
    item.name || ', ' || services.basis || ' (' || services.source || ')' as series,
    services.year,
    services.value,
    services.unit,
    services.obs_status,
    services.source,
    services.vintage
from bilateral_services_balance as services
join dim_service_item as item on services.item = item.item
where
    item.parent_item = 'S'
    and services.measure = 'exports'
    and services.area = $area
    and services.counterpart_area = $counterpart
qualify services.year = max(services.year) over (partition by services.source, services.basis)
order by services.value desc nulls last, series
""",
        ),
    ),
)
