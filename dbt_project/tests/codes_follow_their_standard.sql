{%- set own_codes = [
    ["eurostat", "EL"],
    ["eurostat", "UK"],
    ["imf", "KOS"],
    ["oecd", "888"],
    ["oecd", "XKV"],
    ["unctad", "251"],
    ["unctad", "412"],
    ["unctad", "579"],
    ["unctad", "699"],
    ["unctad", "757"],
    ["unctad", "842"],
    ["world_bank", "ADO"],
    ["world_bank", "IMY"],
    ["world_bank", "KSV"],
    ["world_bank", "ROM"],
    ["world_bank", "TMP"],
    ["world_bank", "WBG"],
    ["world_bank", "ZAR"],
    ["wto", "412"],
] -%}
with
    area_codes as ({{ union_starting("area_codes__", ["source", "code", "area"]) }}),
    own_codes as (
        {%- for pair in own_codes %}
            select '{{ pair[0] }}' as source, '{{ pair[1] }}' as code
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),
    -- names such as 'Viet Nam' have no standard
    country_codes as (
        select area_codes.source, area_codes.code, area_codes.area, areas.iso2, areas.m49
        from area_codes
        inner join {{ ref("dim_area") }} as areas on area_codes.area = areas.area
        left join own_codes on area_codes.source = own_codes.source and area_codes.code = own_codes.code
        where
            areas.kind = 'country'
            and own_codes.code is null
            and area_codes.source <> 'snb'  -- all of its codes are its own
            and length(area_codes.code) <= 3
            and area_codes.code = upper(area_codes.code)
    ),
    item_codes as (
        select source, code, item
        from ({{ union_starting("item_codes__", ["source", "code", "item"]) }}) as codes
        where source in ('eurostat', 'oecd', 'unctad', 'wto') and item is not null
    )

select source, code, area as meaning
from country_codes
where code <> area and code <> coalesce(iso2, '') and code <> coalesce(m49, '')
union all
select source, code, item as meaning
from item_codes
where code <> item
