with
    area_codes as (select code, area from {{ ref("area_codes__ncses_doctorates") }}),
    observations as (
        select
            cells.*,
            area_codes.area as area_code,
            -- doctorates in all fields of ten economies are in two tables
            row_number() over (
                partition by area_codes.area, cells.measure, cells.field, cells.year, cells.vintage
                order by cells.resource
            ) as place
        from {{ source("ncses_doctorates", "doctorates") }} as cells
        left join area_codes on cells.area = area_codes.code
    )
select
    'ncses_doctorates' as source,
    vintage,
    case
        measure
        when 'doctorates'
        then 'doctorates'
        when 'staying'
        then 'intending_to_stay'
        when 'staying five years'
        then 'five_year_stay_rate'
    end as measure,
    area_code as area,
    'USA' as counterpart_area,
    case
        field
        when 'All fields'
        then '_T'
        when 'Science and engineering'
        then 'SED_SE'
        when 'Non-science and engineering'
        then 'SED_NON_SE'
    end as item,
    'reference_year' as clock,
    '_Z' as authority,
    year,
    value,
    case measure when 'doctorates' then 'PS' else 'PT' end as unit,
    case when value is null then 'O' else 'A' end as obs_status,
    resource,
    payload_sha256,
    payload_pointer
from observations
where place = 1
