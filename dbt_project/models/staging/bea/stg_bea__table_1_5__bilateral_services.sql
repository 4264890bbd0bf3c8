with
    judged as (
        select
            *,
            case
                datavalue when '(D)' then 'Q' when '(*)' then 'N' when 'n.a.' then 'L' when '.....' then 'M' else 'A'
            end as status
        from {{ source("bea", "table_1_5__bilateral_services") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__bea") }}),
    item_codes as (select code, item from {{ ref("item_codes__bea") }})
select
    'bea' as source,
    judged.vintage,
    'USA' as reporter,
    area_codes.area as partner,
    case judged.tradedirection when 'Exports' then 'X' when 'Imports' then 'M' end as flow,
    item_codes.item,
    cast(judged.year as integer) as year,
    -- published in millions: the source module refuses any other unit
    cast(case when judged.status = 'A' then replace(judged.datavalue, ',', '') end as {{ double_type() }})
    * 1000000 as value,
    -- the mark (*) is an amount between minus and plus half a million dollars
    case when judged.status = 'N' then cast(-500000 as {{ double_type() }}) end as value_lower,
    case when judged.status = 'N' then cast(500000 as {{ double_type() }}) end as value_upper,
    'USD' as unit,
    judged.status as obs_status,
    -- the API's answers are another state of the same series: of each direction and area
    case judged.tradedirection when 'Exports' then 'exports_' when 'Imports' then 'imports_' end
    || coalesce(area_codes.area, judged.areaorcountry) as resource,
    judged.payload_sha256,
    judged.payload_pointer
from judged
left join area_codes on judged.areaorcountry = area_codes.code
left join item_codes on judged.label = item_codes.code
-- goods are mapped to nothing and left out on purpose; a label that is not mapped stays and fails the test on item
where item_codes.code is null or item_codes.item is not null
