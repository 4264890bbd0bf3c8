with
    judged as (
        select *, {{ sdmx_status("obs_status", "nullif(obs_value, 'NaN')") }} as status
        from {{ source("oecd", "co_inventions") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__oecd") }} where code_list = 'CL_AREA')
select
    'oecd' as source,
    judged.vintage,
    areas.area,
    counterparts.area as counterpart_area,
    judged.patent_authorities as authority,
    case judged.date_type when 'PRIORITY' then 'priority_year' when 'APPLICATION' then 'filing_year' end as clock,
    '_T' as item,
    -- the staging test on whole numbers would show it if the publisher began to divide patents
    'whole' as counting,
    cast(judged.time_period as integer) as year,
    case
        when judged.status in ('A', 'E', 'P', 'U')
        then cast(judged.obs_value as {{ double_type() }}) * power(10, cast(coalesce(judged.unit_mult, '0') as integer))
    end as value,
    judged.unit_measure as unit,
    cast(null as {{ double_type() }}) as area_patents,
    cast(null as {{ double_type() }}) as all_patents,
    judged.status as obs_status,
    judged.resource,
    judged.payload_sha256,
    judged.payload_pointer
from judged
left join area_codes as areas on judged.ref_area = areas.code
left join area_codes as counterparts on judged.partner_area = counterparts.code
-- all partners together is a total and no pair
where judged.partner_area <> 'W'
