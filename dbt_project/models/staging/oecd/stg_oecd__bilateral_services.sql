with
    judged as (
        select *, {{ sdmx_status("obs_status", "nullif(obs_value, 'NaN')") }} as status
        from {{ source("oecd", "bilateral_services") }}
        -- what the United States and China report of each other is in both answers, and is read from one
        where not (resource = 'services_reported_with_us_china' and ref_area in ('USA', 'CHN'))
    ),
    area_codes as (select code, area from {{ ref("area_codes__oecd") }} where code_list = 'CL_AREA'),
    item_codes as (select code, item from {{ ref("item_codes__oecd") }})
select
    'oecd' as source,
    judged.vintage,
    reporters.area as reporter,
    partners.area as partner,
    case judged.accounting_entry when 'C' then 'X' when 'D' then 'M' end as flow,
    item_codes.item,
    cast(judged.time_period as integer) as year,
    case
        when judged.status in ('A', 'E', 'P', 'U')
        then cast(judged.obs_value as {{ double_type() }}) * power(10, cast(judged.unit_mult as integer))
    end as value,
    cast(null as {{ double_type() }}) as value_lower,
    cast(null as {{ double_type() }}) as value_upper,
    case judged.unit_measure when 'USD_EXC' then 'USD' end as unit,
    judged.status as obs_status,
    judged.resource,
    judged.payload_sha256,
    judged.payload_pointer
from judged
left join area_codes as reporters on judged.ref_area = reporters.code
left join area_codes as partners on judged.counterpart_area = partners.code
left join item_codes on judged.measure = item_codes.code
-- a service that is mapped to nothing is left out on purpose; one that is not mapped stays and fails the test on item
where item_codes.code is null or item_codes.item is not null
