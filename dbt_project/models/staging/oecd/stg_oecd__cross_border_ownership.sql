with
    judged as (
        select
            *,
            {{ sdmx_status("obs_status", "nullif(obs_value, 'NaN')") }} as status,
            -- DO: owned in the reference area, invented abroad; FO: invented in the reference area, owned abroad
            case cooperation_type when 'DO' then partner_area when 'FO' then ref_area end as inventors_code,
            case cooperation_type when 'DO' then ref_area when 'FO' then partner_area end as owners_code
        from {{ source("oecd", "cross_border_ownership") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__oecd") }} where code_list = 'CL_AREA')
select
    'oecd' as source,
    judged.vintage,
    inventors.area,
    owners.area as counterpart_area,
    judged.cooperation_type as cooperation_type,
    judged.patent_authorities as authority,
    case judged.date_type when 'PRIORITY' then 'priority_year' when 'APPLICATION' then 'filing_year' end as clock,
    '_T' as item,
    'whole' as counting,
    cast(judged.time_period as integer) as year,
    case
        when judged.status in ('A', 'E', 'P', 'U')
        then cast(judged.obs_value as {{ double_type() }}) * power(10, cast(coalesce(judged.unit_mult, '0') as integer))
    end as value,
    judged.unit_measure as unit,
    judged.status as obs_status,
    judged.resource,
    judged.payload_sha256,
    judged.payload_pointer
from judged
left join area_codes as inventors on judged.inventors_code = inventors.code
left join area_codes as owners on judged.owners_code = owners.code
