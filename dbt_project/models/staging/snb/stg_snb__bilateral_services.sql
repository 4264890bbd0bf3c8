with area_codes as (select code, area from {{ ref("area_codes__snb") }})
select
    'snb' as source,
    fees.vintage,
    'CHE' as reporter,
    area_codes.area as partner,
    case fees.d2 when 'E' then 'X' end as flow,
    case fees.d1 when 'L' then 'SH' end as item,
    cast(fees.date as integer) as year,
    fees.value * 1000000 as value,
    cast(null as {{ double_type() }}) as value_lower,
    cast(null as {{ double_type() }}) as value_upper,
    'CHF' as unit,
    case when fees.value is null then 'O' else 'A' end as obs_status,
    fees.resource,
    fees.payload_sha256,
    fees.payload_pointer
from {{ source("snb", "bilateral_services") }} as fees
left join area_codes on fees.d0 = area_codes.code
-- a code that is mapped to nothing is left out on purpose; a code that is not mapped stays and fails the tests
where area_codes.code is null or area_codes.area is not null
