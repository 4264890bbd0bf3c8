with
    world as (
        select
            area,
            year,
            item,
            case when indicator in ('ip_receipts', 'services_exports') then 'X' else 'M' end as flow,
            max(value) as value
        from {{ ref("fct_indicator") }}
        where is_latest and indicator in ('ip_receipts', 'ip_payments', 'services_exports', 'services_imports')
        group by area, year, item, case when indicator in ('ip_receipts', 'services_exports') then 'X' else 'M' end
    )

select
    flows.source,
    flows.resource,
    flows.reporter,
    flows.partner,
    flows.flow,
    flows.item,
    flows.year,
    flows.value as seen,
    world.value as expected_below
from {{ ref("fct_bilateral_services") }} as flows
inner join {{ ref("dim_area") }} as partners on flows.partner = partners.area and partners.kind = 'country'
inner join
    world
    on flows.reporter = world.area
    and flows.year = world.year
    and flows.item = world.item
    and flows.flow = world.flow
where flows.is_latest and flows.value > world.value
