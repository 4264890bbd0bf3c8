with
    observations as (
        -- four digits are a group of UNCTAD's own; only the world is kept of them
        select * from {{ source("unctad", "deliverable__indicators") }} where length(economy) = 3 or economy = '0000'
    ),
    area_codes as (select code, area from {{ ref("area_codes__unctad") }})
select
    'unctad' as source,
    observations.vintage,
    area_codes.area,
    case
        observations.flow when '02' then 'digitally_deliverable_exports' when '01' then 'digitally_deliverable_imports'
    end as indicator,
    '_T' as item,
    cast(observations.year as integer) as year,
    -- published in millions: the source module refuses any other measure
    observations.value * 1000000 as value,
    'USD' as unit,
    case
        when observations.value is not null and lower(observations.value_footnote) like '%estimate%'
        then 'E'
        when observations.value is not null and lower(observations.value_footnote) like '%provisional%'
        then 'P'
        when observations.value is not null
        then 'A'
        when lower(observations.value_missing) like '%confidential%'
        then 'Q'
        when lower(observations.value_missing) like '%not applicable%'
        then 'M'
        else 'O'
    end as obs_status,
    -- the file is the newer state of what Data360 published by direction, and one series with it
    case
        observations.flow when '02' then 'digitally_deliverable_exports' when '01' then 'digitally_deliverable_imports'
    end as resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.economy = area_codes.code
-- a code that is mapped to nothing is left out on purpose; one that is not mapped stays and fails the test on nulls
where area_codes.code is null or area_codes.area is not null
