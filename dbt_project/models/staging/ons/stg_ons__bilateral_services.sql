{%- set cells = ["annual", "q1", "q2", "q3", "q4"] -%}
with
    marked as (
        select
            *,
            {%- for cell in cells %}
                {{ cell }} in ('..', 'C', 'c', '[c]') as {{ cell }}_is_suppressed,
                case
                    when {{ cell }} = '-'
                    then 0
                    when {{ cell }} not in ('..', 'C', 'c', '[c]', '[x]')
                    then cast({{ cell }} as {{ double_type() }})
                end as {{ cell }}_figure
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ source("ons", "bilateral_services") }}
    ),
    -- the year's own figure where there is one; a sum of quarters only of all four
    figures as (
        select
            *,
            1000000 * coalesce(annual_figure, q1_figure + q2_figure + q3_figure + q4_figure) as value,
            coalesce(annual_is_suppressed, false)
            or coalesce(q1_is_suppressed, false)
            or coalesce(q2_is_suppressed, false)
            or coalesce(q3_is_suppressed, false)
            or coalesce(q4_is_suppressed, false) as is_suppressed
        from marked
    ),
    area_codes as (select code, area from {{ ref("area_codes__ons") }}),
    item_codes as (select code, item from {{ ref("item_codes__ons") }})

select
    'ons' as source,
    figures.vintage,
    'GBR' as reporter,
    area_codes.area as partner,
    case figures.direction when 'Exports' then 'X' when 'Imports' then 'M' end as flow,
    item_codes.item,
    figures.year,
    figures.value,
    cast(null as {{ double_type() }}) as value_lower,
    cast(null as {{ double_type() }}) as value_upper,
    'GBP' as unit,
    case when figures.value is not null then 'A' when figures.is_suppressed then 'Q' else 'O' end as obs_status,
    figures.resource,
    figures.payload_sha256,
    figures.payload_pointer
from figures
left join area_codes on figures.country_code = area_codes.code
left join item_codes on figures.service_type_code = item_codes.code
-- a code that is mapped to nothing is left out on purpose; a code that is not mapped stays and fails the tests
where
    (area_codes.code is null or area_codes.area is not null)
    and (item_codes.code is null or item_codes.item is not null)
