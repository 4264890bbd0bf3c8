with
    listed as (select * from {{ source("bea", "parameter_values") }} where upper(key) <> 'ALL'),
    area_codes as (select code, area from {{ ref("area_codes__bea") }}),
    item_codes as (select code, item from {{ ref("item_codes__bea") }})
select
    'bea' as source,
    listed.vintage,
    listed.parametername as parameter,
    listed.key as code,
    listed.{{ adapter.quote("Desc") }} as description,
    area_codes.area,
    item_codes.item,
    -- the code as our mapping has it, also where it maps to nothing on purpose
    case
        listed.parametername when 'AreaOrCountry' then area_codes.code when 'TypeOfService' then item_codes.code
    end as mapped_code,
    listed.resource,
    listed.payload_sha256,
    listed.payload_pointer
from listed
left join area_codes on listed.parametername = 'AreaOrCountry' and listed.key = area_codes.code
left join item_codes on listed.parametername = 'TypeOfService' and listed.key = item_codes.code
