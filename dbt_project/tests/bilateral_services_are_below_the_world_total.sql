{%- set bilateral = {"area": "reporter", "counterpart_area": "partner"} -%}
with
    world as (
        select
            source,
            vintage,
            area,
            year,
            item,
            case when indicator in ('ip_receipts', 'services_exports') then 'X' else 'M' end as flow,
            value
        from {{ ref("fct_indicator") }}
        where is_latest and indicator in ('ip_receipts', 'ip_payments', 'services_exports', 'services_imports')
    ),
    -- one publisher's parts are below its own total; those of two publishers were when a person reviewed them
    compared as (
        select flows.*, world.value as world_value
        from {{ ref("fct_bilateral_services") }} as flows
        inner join {{ ref("dim_area") }} as partners on flows.partner = partners.area and partners.kind = 'country'
        inner join
            world
            on flows.reporter = world.area
            and flows.year = world.year
            and flows.item = world.item
            and flows.flow = world.flow
        where
            flows.is_latest
            and (
                flows.source = world.source or ({{ was_reviewed("flows", bilateral) }} and {{ was_reviewed("world") }})
            )
    )

select source, resource, reporter, partner, flow, item, year, min(value) as seen, max(world_value) as expected_below
from compared
group by source, resource, reporter, partner, flow, item, year
having min(value) > max(world_value)
