with area_codes as (select code, area from {{ ref("area_codes__ncses_coauthorship") }})
select
    'ncses_coauthorship' as source,
    observations.vintage,
    'relative_citation_index' as measure,
    own.area,
    partner.area as counterpart_area,
    '_T' as item,
    'publication_year' as clock,
    -- each edition counts in another state of the database: 'May 2021' becomes SCOPUS_2021
    'SCOPUS_' || substr(observations.database, length(observations.database) - 3) as authority,
    observations.year,
    observations.value,
    'PN' as unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from {{ source("ncses_coauthorship", "citation_index") }} as observations
left join area_codes as own on observations.citing = own.code
left join area_codes as partner on observations.cited = partner.code
