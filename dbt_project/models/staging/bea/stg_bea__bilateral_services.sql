with
    observations as (
        select
            *,
            -- BEA says that there is no figure in the value, in the note, or in both
            datavalue || ' ' || coalesce(noteref, '') as marks
        from {{ source("bea", "bilateral_services") }}
        where affiliation = 'AllAffiliations' and tradedirection in ('Exports', 'Imports')
    ),
    judged as (
        select
            *,
            case
                when marks like '%(D)%'
                then 'Q'
                when marks like '%(*)%'
                then 'N'
                when marks like '%n.a.%'
                then 'L'
                when marks like '%.....%'
                then 'M'
                when trim(datavalue) = ''
                then 'O'
                else 'A'
            end as status
        from observations
    ),
    figures as (
        select
            *,
            case when status = 'A' then replace(datavalue, ',', '') end as figure,
            power(10, cast(unit_mult as integer)) as multiplier
        from judged
    ),
    area_codes as (select code, area from {{ ref("area_codes__bea") }}),
    item_codes as (select code, item from {{ ref("item_codes__bea") }})
select
    'bea' as source,
    figures.vintage,
    'USA' as reporter,
    area_codes.area as partner,
    case figures.tradedirection when 'Exports' then 'X' when 'Imports' then 'M' end as flow,
    item_codes.item,
    cast(figures.year as integer) as year,
    cast(figures.figure as {{ double_type() }}) * figures.multiplier as value,
    -- the mark (*) is an amount between minus and plus half a million dollars
    case when figures.status = 'N' then cast(-500000 as {{ double_type() }}) end as value_lower,
    case when figures.status = 'N' then cast(500000 as {{ double_type() }}) end as value_upper,
    figures.cl_unit as unit,
    figures.status as obs_status,
    -- table 1.5 is another state of the same series: of each direction and area
    case figures.tradedirection when 'Exports' then 'exports_' when 'Imports' then 'imports_' end
    || coalesce(area_codes.area, figures.areaorcountry) as resource,
    figures.payload_sha256,
    figures.payload_pointer
from figures
left join area_codes on figures.areaorcountry = area_codes.code
left join item_codes on figures.typeofservice = item_codes.code
-- a service that is mapped to nothing is left out on purpose; one that is not mapped stays and fails the test on item
where item_codes.code is null or item_codes.item is not null
