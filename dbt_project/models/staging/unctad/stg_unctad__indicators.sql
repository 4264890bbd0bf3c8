with
    observations as (select * from {{ source("unctad", "indicators") }}),
    area_codes as (select code, area from {{ ref("area_codes__unctad") }}),
    indicator_codes as (select code, indicator, item, unit from {{ ref("indicator_codes__unctad") }})
select
    'unctad' as source,
    observations.vintage,
    area_codes.area,
    indicator_codes.indicator,
    indicator_codes.item,
    cast(observations.time_period as integer) as year,
    cast(nullif(observations.obs_value, '') as {{ double_type() }}) * power(10, observations.unit_mult) as value,
    indicator_codes.unit,
    observations.obs_status as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.ref_area = area_codes.code
left join indicator_codes on observations.indicator = indicator_codes.code
-- a code that is mapped to nothing is left out on purpose; a code that is not mapped stays and fails the test on area
where area_codes.code is null or area_codes.area is not null
