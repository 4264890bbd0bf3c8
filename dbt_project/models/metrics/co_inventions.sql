{%- set same = ["source", "authority", "clock", "item", "counting", "year", "vintage"] -%}
{%- set columns = (same + ["value", "unit", "obs_status", "is_latest"]) | join(", ") -%}
with
    given as (select area, counterpart_area, {{ columns }} from {{ ref("fct_co_invention") }}),
    -- a joint invention of a and b is one of b and a; turned only where the publisher does not give that side itself
    turned as (
        select given.*
        from given
        left join
            given as other on given.area = other.counterpart_area and given.counterpart_area = other.area
            {%- for column in same %} and given.{{ column }} = other.{{ column }} {%- endfor %}
        where other.source is null
    ),
    pairs as (
        select area, counterpart_area, {{ columns }}
        from given
        union all
        select counterpart_area as area, area as counterpart_area, {{ columns }}
        from turned
    ),
    measured as (select *, counting || '_count' as measure from pairs)

    {{
    metric(
        "co_inventions",
        "measured",
        ["counterpart_area", "item", "clock", "authority"],
        basis="reported",
    )
}}
