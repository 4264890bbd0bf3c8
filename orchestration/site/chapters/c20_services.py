"""Trade in services between the two economies: exports, imports, balance, and kinds of service."""

from orchestration.site.chapter import Chapter, Figure, figure_columns


def _total(measure: str, condition: str, order: str) -> str:
    """Return the query for a measure of all services, of balanced estimates (``=``) or of reports (``<>``)."""
    return f"""
select
    basis || ' (' || source || ')' as series,
{figure_columns()}
from bilateral_services_balance
where
    item = 'S' and measure = '{measure}' and basis {condition} 'balanced' and area = $area and counterpart_area = $counterpart
order by {order}
"""


CHAPTER = Chapter(
    title="Trade in services",
    lead="All services that the two economies sell each other, and the balance. A balance and its exports and imports come "
    "from one source and one vintage.",
    events=("S",),
    parts=(
        Figure(
            title="{area} sold services to {counterpart}",
            directed=True,
            headline=True,
            concept="services between two economies",
            note="Reported lines come from {area}, mirrored lines are the purchases that {counterpart} reports.",
            sql=_total("exports", "<>", "basis desc, source, year"),
        ),
        Figure(
            title="Services that {area} sold {counterpart}, less those it bought: the balance",
            concept="balance of services between two economies",
            note="Below zero, {area} bought more than it sold. Mirrored lines are reports of {counterpart}.",
            sql=_total("balance", "<>", "basis desc, source, year"),
        ),
        Figure(
            title="{area} sold services to {counterpart}, as OECD and WTO estimate it",
            concept="services between two economies",
            directed=True,
            note="Balanced estimates, made from the reports of both sides and from models; no report is replaced by them.",
            sql=_total("exports", "=", "source, year"),
        ),
        Figure(
            title="{area} sold services to {counterpart}, by kind of service",
            concept="services between two economies by kind",
            kind="bars",
            directed=True,
            note="The newest year of each source and basis. Kinds that no source of this release gives are absent.",
            sql=f"""
select
    item.name || ', ' || services.basis || ' (' || services.source || ')' as series,
{figure_columns("services")}
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
