with
    observations as (
        -- some answers leave the alpha-3 code empty; the two-letter code then says the area
        select *, coalesce(nullif(countryiso3code, ''), country_id) as area_code
        from {{ source("world_bank", "indicators") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__world_bank") }}),
    indicator_codes as (select code, indicator, item, unit from {{ ref("indicator_codes__world_bank") }})
select
    'world_bank' as source,
    observations.vintage,
    area_codes.area,
    indicator_codes.indicator,
    indicator_codes.item,
    cast(observations.date as integer) as year,
    observations.value,
    indicator_codes.unit,
    case
        when observations.value is null then 'O' when observations.obs_status = '' then 'A' else observations.obs_status
    end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.area_code = area_codes.code
left join indicator_codes on observations.indicator_id = indicator_codes.code
-- a code that is mapped to nothing is left out on purpose; a code that is not mapped stays and fails the test on area
where area_codes.code is null or area_codes.area is not null
