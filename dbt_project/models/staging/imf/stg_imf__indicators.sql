with
    observations as (
        select
            *,
            bop_accounting_entry || '.' || indicator as entry_and_item,
            -- NP, not published, says only that there is no figure
            {{ sdmx_status("obs_status", "obs_value") }} as status
        from {{ source("imf", "indicators") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__imf") }}),
    indicator_codes as (select code, indicator, item, unit from {{ ref("indicator_codes__imf") }})
select
    'imf' as source,
    observations.vintage,
    area_codes.area,
    indicator_codes.indicator,
    indicator_codes.item,
    cast(observations.time_period as integer) as year,
    case
        when observations.status in ('A', 'E', 'P', 'U') then observations.obs_value * power(10, observations.unit_mult)
    end as value,
    indicator_codes.unit,
    observations.status as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.country = area_codes.code
left join indicator_codes on observations.entry_and_item = indicator_codes.code
