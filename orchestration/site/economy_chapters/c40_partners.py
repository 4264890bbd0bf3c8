"""Every partner of an economy, and what the two report to pay each other."""

from orchestration.site.chapter import Chapter, Listing, figure_cell

_BASIS = """case {table}.basis
        when 'reported' then 'report of the {seller}'
        when 'mirrored' then 'report of the {buyer}'
        else {table}.basis
    end"""

CHARGES = f"""
with
flows as (
    select *, counterpart_area as partner, true as is_inward from bilateral_ip_charges where area = $area
    union all
    select *, area as partner, false as is_inward from bilateral_ip_charges where counterpart_area = $area
)
select
    flows.partner,
    max({figure_cell("flows")}) filter (where flows.is_inward) as received,
    max({figure_cell("flows")}) filter (where not flows.is_inward) as paid,
    {_BASIS.format(table="flows", seller="recipient", buyer="payer")} as basis,
    flows.source
from (
    select *
    from flows
    where item = 'SH' and basis {{condition}} 'balanced' and value is not null
    qualify year = max(year) over (partition by partner, basis, source, is_inward)
) as flows
join dim_area as partner on flows.partner = partner.area
where partner.kind = 'country'
group by flows.partner, partner.name, flows.basis, flows.source
order by max(flows.value) desc, partner.name, flows.basis, flows.source
"""

SERVICES = f"""
select
    services.counterpart_area as partner,
    max({figure_cell("services")}) filter (where services.measure = 'exports') as sold,
    max({figure_cell("services")}) filter (where services.measure = 'imports') as bought,
    case services.basis when 'reported' then 'own report' when 'mirrored' then 'report of the partner' else services.basis end as basis,
    services.source
from (
    select *
    from bilateral_services_balance
    where
        area = $area
        and item = 'S'
        and measure in ('exports', 'imports')
        and basis {{condition}} 'balanced'
        and value is not null
    qualify year = max(year) over (partition by counterpart_area, measure, basis, source)
) as services
join dim_area as partner on services.counterpart_area = partner.area
where partner.kind = 'country'
group by services.counterpart_area, partner.name, services.basis, services.source
order by max(services.value) desc, partner.name, services.basis, services.source
"""

CHAPTER = Chapter(
    title="Partners",
    lead="Every economy with a figure between the two, and the newest reports of either side. Each partner leads to the page of the pair.",
    parts=(
        Listing(
            title="{area} has figures with these economies",
            partners=True,
            sql="""
with
figures as (
    select counterpart_area as partner, metric_id, basis, year
    from metric_vintages
    where area = $area and counterpart_area <> $area and is_latest and value is not null
    union all
    select area as partner, metric_id, basis, year
    from metric_vintages
    where counterpart_area = $area and area <> $area and is_latest and value is not null
)
select
    figures.partner,
    count(*) as figures,
    case when bool_and(figures.basis = 'balanced') then 'balanced estimates only' else 'reports' end as based_on,
    max(figures.year) as newest_year,
    string_agg(distinct figures.subject, ', ' order by figures.subject) as subjects
from (
    select *, regexp_replace(replace(metric_id, '_', ' '), '\\bip\\b', 'IP') as subject
    from figures
) as figures
join dim_area as partner on figures.partner = partner.area
where partner.kind = 'country' and figures.metric_id not in ('claim_audit', 'revisions')
group by figures.partner, partner.name
order by bool_and(figures.basis = 'balanced'), count(*) desc, partner.name
""",
        ),
        Listing(
            title="{area} and its partners paid each other for the use of intellectual property, by report",
            concept="charges between two economies",
            partners=True,
            note="The newest figure of each direction, basis and source, with its year.",
            sql=CHARGES.format(condition="<>"),
        ),
        Listing(
            title="{area} sold services to its partners and bought services from them, by report",
            concept="services sold, services bought and their balance",
            partners=True,
            note="The newest figure of each direction, basis and source, with its year.",
            sql=SERVICES.format(condition="<>"),
        ),
    ),
)
