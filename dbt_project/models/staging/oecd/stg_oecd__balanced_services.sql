with
    observations as (select * from {{ source("oecd", "balanced_services") }}),
    area_codes as (select code, area from {{ ref("area_codes__oecd") }} where code_list = 'BATIS'),
    item_codes as (select code, item from {{ ref("item_codes__oecd") }})
select
    'oecd' as source,
    observations.vintage,
    reporters.area as reporter,
    partners.area as partner,
    case when observations.flow in ('X', 'EXP') then 'X' when observations.flow in ('M', 'IMP') then 'M' end as flow,
    item_codes.item,
    cast(observations.year as integer) as year,
    -- published in millions with six decimals; in decimals, so that 8,243.641626 million is 8,243,641,626 and not its
    -- neighbour
    {%- for column in ["reported_value", "final_value", "balanced_value"] %}
        cast(cast(observations.{{ column }} as decimal(26, 6)) * 1000000 as {{ double_type() }}) as {{ column }},
    {%- endfor %}
    coalesce(observations.methodology, observations.final_value_methodology) as methodology,
    'USD' as unit,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes as reporters on observations.reporter = reporters.code
left join area_codes as partners on observations.partner = partners.code
left join item_codes on observations.item_code = item_codes.code
where item_codes.code is null or item_codes.item is not null
