with
    area_codes as (select code, area from {{ ref("area_codes__ncses_foreign_rd") }}),
    observations as (
        select
            *,
            -- totals and Canada are in several tables of a year: the tables by location have the types of R&D as well
            row_number() over (partition by area_codes.area, naics, type, year, vintage order by resource desc) as place
        from {{ source("ncses_foreign_rd", "foreign_rd") }} as cells
        left join area_codes on cells.location = area_codes.code
    )
select
    'ncses_foreign_rd' as source,
    vintage,
    case
        type
        when 'Total foreign R&D performance'
        then 'rd_performed'
        when 'Research (basic and applied)'
        then 'research_performed'
        when 'Development'
        then 'development_performed'
    end as measure,
    'USA' as area,
    area as counterpart_area,
    case
        when naics = '21–23, 31–33, 42–81' then '_T' else 'NAICS_' || replace(replace(naics, '–', '-'), ', ', '_')
    end as item,
    'reference_year' as clock,
    '_Z' as authority,
    year,
    -- published in millions: the source module refuses any other unit
    value * 1000000 as value,
    'USD' as unit,
    case
        when value is not null and mark = 'i'
        then 'E'
        when value is not null
        then 'A'
        when mark like '*%'
        then 'N'
        when mark is not null
        then 'Q'
        else 'O'
    end as obs_status,
    resource,
    payload_sha256,
    payload_pointer
from observations
where place = 1
