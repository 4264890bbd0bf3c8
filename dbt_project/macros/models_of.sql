{#-
  Models of one shape, by name, without a list in the middle of the house.

  The names of all model files come in through BILATERAL_MODELS (comma separated), which the refresh, the Makefile and
  `bilateral dbt` set from the folder itself. dbt resolves ref() while parsing, so that the edges are real.
-#}
{% macro models_ending(suffix) -%}
    {%- set found = [] -%}
    {%- for name in env_var("BILATERAL_MODELS").split(",") if name.endswith(suffix) -%}
        {%- do found.append(name) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- All rows of every model whose name ends with the suffix, in the named columns. -#}
{% macro union_ending(suffix, columns) -%}
    {%- for name in models_ending(suffix) %}
        select {{ columns | join(", ") }}
        from {{ ref(name) }}
        {%- if not loop.last %}
            union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
