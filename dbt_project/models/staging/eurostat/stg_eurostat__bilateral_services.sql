with
    flows as (select * from {{ source("eurostat", "bilateral_services") }} where bop_item is not null),
    -- dollars for one euro, average of the year, as the newest vintage of the rates says
    rates as (
        select
            time_period,
            cast(obs_value as {{ double_type() }}) as usd_per_euro,
            vintage,
            row_number() over (partition by time_period order by vintage desc nulls last) as newest_first
        from {{ source("eurostat", "bilateral_services") }}
        where statinfo is not null and obs_value is not null and obs_value <> ':'
    ),
    judged as (
        select
            *,
            coalesce(obs_flag, '') as flags,
            -- F is free for publication; every other status of confidentiality withholds a figure
            coalesce(conf_status, 'F') <> 'F' as is_withheld,
            case when obs_value is null or obs_value = ':' then null else obs_value end as figure
        from flows
    ),
    figures as (
        select
            *,
            -- flags come together, such as bd; the least certain of them counts
            case
                when figure is null and (flags like '%c%' or is_withheld)
                then 'Q'
                when figure is null and flags like '%n%'
                then 'N'
                when figure is null
                then 'O'
                when flags like '%u%' or flags like '%n%'
                then 'U'
                when flags like '%e%' or flags like '%s%'
                then 'E'
                when flags like '%p%'
                then 'P'
                else 'A'
            end as status,
            cast(figure as {{ double_type() }}) * 1000000 as value_in_euro
        from judged
    ),
    area_codes as (select code, area from {{ ref("area_codes__eurostat") }}),
    item_codes as (select code, item from {{ ref("item_codes__eurostat") }})
select
    'eurostat' as source,
    figures.vintage,
    reporters.area as reporter,
    partners.area as partner,
    case figures.stk_flow when 'CRE' then 'X' when 'DEB' then 'M' end as flow,
    item_codes.item,
    cast(figures.time_period as integer) as year,
    figures.value_in_euro * rates.usd_per_euro as value,
    cast(null as {{ double_type() }}) as value_lower,
    cast(null as {{ double_type() }}) as value_upper,
    'USD' as unit,
    figures.status as obs_status,
    figures.value_in_euro,
    rates.usd_per_euro,
    rates.vintage as rate_vintage,
    figures.resource,
    figures.payload_sha256,
    figures.payload_pointer
from figures
left join rates on figures.time_period = rates.time_period and rates.newest_first = 1
left join area_codes as reporters on figures.geo = reporters.code
left join area_codes as partners on figures.partner = partners.code
left join item_codes on figures.bop_item = item_codes.code
