with
    observations as (select * from {{ source("wto", "annual__bilateral_services") }}),
    area_codes as (select code, area from {{ ref("area_codes__wto") }}),
    item_codes as (select code, item from {{ ref("item_codes__wto") }})
select
    'wto' as source,
    observations.vintage,
    reporters.area as reporter,
    partners.area as partner,
    case observations.indicatorcode when 'ITS_CS_AX6' then 'X' when 'ITS_CS_AM6' then 'M' end as flow,
    item_codes.item,
    cast(observations.year as integer) as year,
    -- published in millions: the source module refuses any other unit
    observations.value * 1000000 as value,
    cast(null as {{ double_type() }}) as value_lower,
    cast(null as {{ double_type() }}) as value_upper,
    'USD' as unit,
    case
        when observations.value is null then 'O' when observations.valueflagcode = 'E' then 'E' else 'A'
    end as obs_status,
    -- the file is the newer state of what the API answered on this pair, and one series with it
    case
        when observations.reportercode = '840' and observations.partnercode = '156'
        then
            case
                observations.indicatorcode
                when 'ITS_CS_AX6'
                then 'us_china_services_exports'
                when 'ITS_CS_AM6'
                then 'us_china_services_imports'
            end
        else observations.resource
    end as resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes as reporters on observations.reportercode = reporters.code
left join area_codes as partners on observations.partnercode = partners.code
left join item_codes on observations.productcode = item_codes.code
-- a code that is mapped to nothing is left out on purpose; one that is not mapped stays and fails the test on nulls
where
    (reporters.code is null or reporters.area is not null)
    and (partners.code is null or partners.area is not null)
    and (item_codes.code is null or item_codes.item is not null)
