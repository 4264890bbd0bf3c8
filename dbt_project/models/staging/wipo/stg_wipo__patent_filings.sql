with
    observations as (
        select
            *,
            -- an export by origin gives both codes, an export by office names its origins only
            coalesce(office_code, office) as office_key,
            coalesce(origin_code, origin) as origin_key
        from {{ source("wipo", "patent_filings") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__wipo") }})
select
    'wipo' as source,
    observations.vintage,
    origins.area as origin,
    offices.area as office,
    case
        when observations.resource = 'foreign_oriented_families'
        then 'foreign_oriented_family'
        when observations.resource in ('patent_grants', 'direct_grants', 'pct_national_phase_grants')
        then 'grant'
        else 'application'
    end as document,
    case
        when observations.resource in ('direct_applications', 'direct_grants')
        then 'direct'
        when observations.resource in ('pct_national_phase_entries', 'pct_national_phase_grants')
        then 'pct_national_phase'
        else 'all'
    end as route,
    case
        when observations.type like 'Resident%'
        then 'resident'
        when observations.type like 'Abroad%'
        then 'abroad'
        else 'all'
    end as filed,
    case when observations.type like '%(equivalent count)' then 'equivalent' else 'whole' end as counting,
    case
        when observations.resource = 'foreign_oriented_families'
        then 'first_filing_year'
        when observations.resource in ('patent_grants', 'direct_grants', 'pct_national_phase_grants')
        then 'grant_year'
        else 'filing_year'
    end as clock,
    observations.year,
    cast(observations.value as {{ double_type() }}) as value,
    'PATN' as unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes as offices on observations.office_key = offices.code
left join area_codes as origins on observations.origin_key = origins.code
-- a code that is mapped to nothing is left out on purpose; a code that is not mapped stays and fails the test on area
where (offices.code is null or offices.area is not null) and (origins.code is null or origins.area is not null)
