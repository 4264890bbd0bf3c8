with
    observations as (select * from {{ source("wto", "delivered__indicators") }} where indicator = 'DDS'),
    area_codes as (select code, area from {{ ref("area_codes__wto") }})
select
    'wto' as source,
    observations.vintage,
    area_codes.area,
    case
        observations.flow when 'X' then 'digitally_delivered_exports' when 'M' then 'digitally_delivered_imports'
    end as indicator,
    '_T' as item,
    cast(observations.year as integer) as year,
    -- published in millions: the source module refuses any other unit
    observations.value * 1000000 as value,
    'USD' as unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.reporter_code = area_codes.code
-- a code that is mapped to nothing is left out on purpose; one that is not mapped stays and fails the test on nulls
where area_codes.code is null or area_codes.area is not null
