{%- set bilateral = {"area": "reporter", "counterpart_area": "partner"} -%}
with
    totals as (
        select
            *,
            case
                when item = 'SH' and flow = 'X'
                then 'ip_receipts'
                when item = 'SH' and flow = 'M'
                then 'ip_payments'
                when item = 'S' and flow = 'X'
                then 'services_exports'
                when item = 'S' and flow = 'M'
                then 'services_imports'
            end as indicator
        from {{ ref("fct_bilateral_services") }}
        where is_latest and partner = 'W00'
    )

select
    totals.source,
    totals.resource,
    totals.reporter,
    totals.flow,
    totals.item,
    totals.year,
    totals.value as seen,
    national.source as other_source,
    national.value as expected
from totals
inner join
    {{ ref("fct_indicator") }} as national
    on totals.reporter = national.area
    and totals.year = national.year
    and totals.item = national.item
    and totals.indicator = national.indicator
where
    national.is_latest
    and abs(totals.value - national.value) > 0.25e0 * national.value
    and {{ was_reviewed("totals", bilateral) }}
    and {{ was_reviewed("national") }}
