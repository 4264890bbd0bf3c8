{%- set columns = "authority, clock, item, counting, year, vintage, value, unit, obs_status, source, is_latest" -%}
with
    counts as (select * from {{ ref("fct_co_publication") }} where counting <> 'share'),
    -- the publisher gives each pair once; a publication of a and b is one of b and a
    pairs as (
        select area, counterpart_area, {{ columns }}
        from counts
        union all
        select counterpart_area as area, area as counterpart_area, {{ columns }}
        from counts
        where counterpart_area <> 'W00'
    ),
    measured as (select *, counting || '_count' as measure from pairs)

    {{
    metric(
        "co_publications",
        "measured",
        ["counterpart_area", "item", "clock", "authority"],
        basis="reported",
    )
}}
