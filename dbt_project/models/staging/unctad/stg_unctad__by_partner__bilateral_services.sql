with
    observations as (
        -- four digits are a group of UNCTAD's own, which is nobody's report and nobody's partner here
        select *
        from {{ source("unctad", "by_partner__bilateral_services") }}
        where length(economy) = 3 and (length(partner) = 3 or partner = '0000')
    ),
    area_codes as (select code, area from {{ ref("area_codes__unctad") }}),
    item_codes as (select code, item from {{ ref("item_codes__unctad") }})
select
    'unctad' as source,
    observations.vintage,
    reporters.area as reporter,
    partners.area as partner,
    case observations.flow when '02' then 'X' when '01' then 'M' end as flow,
    item_codes.item,
    cast(observations.year as integer) as year,
    -- published in millions: the source module refuses any other measure
    observations.value * 1000000 as value,
    cast(null as {{ double_type() }}) as value_lower,
    cast(null as {{ double_type() }}) as value_upper,
    'USD' as unit,
    case
        when observations.value is not null and lower(observations.value_footnote) like '%estimate%'
        then 'E'
        when observations.value is not null and lower(observations.value_footnote) like '%provisional%'
        then 'P'
        when observations.value is not null
        then 'A'
        when lower(observations.value_missing) like '%confidential%'
        then 'Q'
        when lower(observations.value_missing) like '%not applicable%'
        then 'M'
        else 'O'
    end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes as reporters on observations.economy = reporters.code
left join area_codes as partners on observations.partner = partners.code
left join item_codes on observations.category = item_codes.code
-- a code that is mapped to nothing is left out on purpose; one that is not mapped stays and fails the test on nulls
where
    (reporters.code is null or reporters.area is not null)
    and (partners.code is null or partners.area is not null)
    and (item_codes.code is null or item_codes.item is not null)
