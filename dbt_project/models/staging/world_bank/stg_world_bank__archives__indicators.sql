with
    observations as (select * from {{ source("world_bank", "archives__indicators") }}),
    area_codes as (select code, area from {{ ref("area_codes__world_bank") }}),
    indicator_codes as (select code, indicator, item, unit from {{ ref("indicator_codes__world_bank") }})
select
    'world_bank' as source,
    observations.vintage,
    area_codes.area,
    indicator_codes.indicator,
    indicator_codes.item,
    cast(replace(observations.time_id, 'YR', '') as integer) as year,
    observations.value,
    indicator_codes.unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.country_id = area_codes.code
left join indicator_codes on observations.series_id = indicator_codes.code
-- a code that is mapped to nothing is left out on purpose; a code that is not mapped stays and fails the test on nulls
where area_codes.code is null or area_codes.area is not null
