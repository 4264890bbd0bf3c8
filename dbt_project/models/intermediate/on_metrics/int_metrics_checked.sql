{{ config(materialized="view") }}
{%- for name in metric_models() %}
    select '{{ name }}' as model, {{ metric_columns() | join(", ") }}
    from {{ ref(name) }}
    {%- if not loop.last %}
        union all
    {%- endif -%}
{%- endfor %}
