with
    reports as (
        select
            *,
            case when measure in ('ip_receipts', 'services_exports') then 'X' else 'M' end as flow,
            cast(value as decimal(18, 6)) as printed_value
        from {{ source("publications", "bilateral_services") }}
    ),
    printed_units as (select printed_unit, unit, multiplier from {{ ref("printed_units__publications") }}),
    in_dollars as (
        select
            reports.*,
            cast(reports.printed_value * printed_units.multiplier as {{ double_type() }}) as dollars,
            printed_units.unit as dollar_unit
        from reports
        left join printed_units on reports.unit = printed_units.printed_unit
    )
select
    'publications' as source,
    vintage,
    area as reporter,
    counterpart_area as partner,
    flow,
    item,
    year,
    case when qualifier in ('exact', 'about') then dollars end as value,
    case when qualifier = 'over' then dollars end as value_lower,
    case when qualifier = 'under' then dollars end as value_upper,
    dollar_unit as unit,
    -- behind a bound is an exact figure that the page does not give: it exists and was not collected
    case
        when qualifier in ('over', 'under')
        then 'L'
        when year_basis = 'inferred'
        then 'U'
        when qualifier = 'about'
        then 'E'
        else 'A'
    end as obs_status,
    -- the flow and not the page is what a newer publication revises
    area || '_' || counterpart_area || '_' || flow || '_' || item as resource,
    payload_sha256,
    payload_pointer
from in_dollars
