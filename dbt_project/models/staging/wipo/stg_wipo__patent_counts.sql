with
    observations as (
        -- the world has a name and no code in the exports
        select *, coalesce(origin_code, origin) as area_code from {{ source("wipo", "patent_counts") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__wipo") }})
select
    'wipo' as source,
    observations.vintage,
    area_codes.area,
    'pct_applications' as measure,
    '_T' as item,
    'filing_year' as clock,
    observations.year,
    cast(observations.value as {{ double_type() }}) as value,
    'PATN' as unit,
    case
        when observations.value is null
        then 'O'
        -- applications still reach the International Bureau from national offices in the year after the filing year
        when observations.year >= extract(year from observations.vintage) - 1
        then 'P'
        else 'A'
    end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.area_code = area_codes.code
-- a code that is mapped to nothing is left out on purpose; a code that is not mapped stays and fails the test on area
where area_codes.code is null or area_codes.area is not null
