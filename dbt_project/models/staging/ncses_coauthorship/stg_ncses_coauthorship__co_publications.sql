with
    observations as (
        select
            *,
            -- the column of totals counts publications with any other economy
            case when counterpart = 'Total international' then 'World' else counterpart end as counterpart_label
        from {{ source("ncses_coauthorship", "co_publications") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__ncses_coauthorship") }})
select
    'ncses_coauthorship' as source,
    observations.vintage,
    own.area,
    partner.area as counterpart_area,
    -- each edition counts in another state of the database: 'June 2019' becomes SCOPUS_2019
    'SCOPUS_' || substr(observations.database, length(observations.database) - 3) as authority,
    case counted when 'ai_publications' then 'publication_years_from_2003' else 'publication_year' end as clock,
    case counted when 'ai_publications' then 'ASJC_AI' else '_T' end as item,
    case counted when 'us_coauthors' then 'share' else 'whole' end as counting,
    observations.year,
    cast(observations.value as {{ double_type() }}) as value,
    case counted when 'us_coauthors' then 'PT' else 'PUBN' end as unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes as own on observations.area = own.code
left join area_codes as partner on observations.counterpart_label = partner.code
