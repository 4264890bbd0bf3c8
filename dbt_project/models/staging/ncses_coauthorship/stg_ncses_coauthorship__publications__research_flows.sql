with area_codes as (select code, area from {{ ref("area_codes__ncses_coauthorship") }})
select
    'ncses_coauthorship' as source,
    observations.vintage,
    'publications' as measure,
    area_codes.area,
    'W00' as counterpart_area,
    '_T' as item,
    'publication_year' as clock,
    -- each edition counts in another state of the database: 'April 2023' becomes SCOPUS_2023
    'SCOPUS_' || substr(observations.database, length(observations.database) - 3) as authority,
    observations.year,
    observations.value,
    'PUBN' as unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from {{ source("ncses_coauthorship", "publications") }} as observations
left join area_codes on observations.area = area_codes.code
where observations.co_authorship = 'Total articles'
