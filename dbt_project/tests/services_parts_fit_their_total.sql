with
    children as (
        select parent_item, count(*) as parts
        from {{ ref("dim_service_item") }}
        where parent_item is not null
        group by parent_item
    ),
    parts as (
        select
            flows.source,
            flows.resource,
            flows.reporter,
            flows.partner,
            flows.flow,
            flows.year,
            flows.vintage,
            items.parent_item as item,
            {{ exact_sum("flows.value") }} as sum_of_parts,
            count(flows.value) as parts_held
        from {{ ref("fct_bilateral_services") }} as flows
        inner join {{ ref("dim_service_item") }} as items on flows.item = items.item
        where items.parent_item is not null
        group by
            flows.source,
            flows.resource,
            flows.reporter,
            flows.partner,
            flows.flow,
            flows.year,
            flows.vintage,
            items.parent_item
    )

select
    totals.source,
    totals.resource,
    totals.reporter,
    totals.partner,
    totals.flow,
    totals.item,
    totals.year,
    totals.vintage,
    parts.parts_held,
    children.parts,
    parts.sum_of_parts as seen,
    totals.value as expected
from {{ ref("fct_bilateral_services") }} as totals
inner join parts using (source, resource, reporter, partner, flow, year, vintage, item)
inner join children on totals.item = children.parent_item
where
    parts.sum_of_parts > totals.value + 500000 * (parts.parts_held + 1)
    or (parts.parts_held = children.parts and parts.sum_of_parts < totals.value - 500000 * (parts.parts_held + 1))
