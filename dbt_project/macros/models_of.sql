{#-
  Unions of the models or seeds of one shape, found by their names: a new model is a new file and no list is edited.

  The names come from project_models.sql, which is generated from the folders (see there).
-#}
{#- Models and seeds whose name ends with the suffix. -#}
{% macro models_ending(suffix) -%}
    {%- set found = [] -%}
    {%- for name in project_models() if name.endswith(suffix) -%} {%- do found.append(name) -%} {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Models and seeds whose name begins with the prefix. -#}
{% macro models_starting(prefix) -%}
    {%- set found = [] -%}
    {%- for name in project_models() if name.startswith(prefix) -%} {%- do found.append(name) -%} {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- All rows of every model whose name ends with the suffix, in the named columns. -#}
{% macro union_ending(suffix, columns) -%}
    {{ union_of(models_ending(suffix), columns, "ends with " ~ suffix) }}
{%- endmacro %}

{#- All rows of every model or seed whose name begins with the prefix, in the named columns. -#}
{% macro union_starting(prefix, columns) -%}
    {{ union_of(models_starting(prefix), columns, "begins with " ~ prefix) }}
{%- endmacro %}

{#-
  All rows of the named models; none at all is an error, because an empty union would look like a publisher without
  figures.
-#}
{% macro union_of(names, columns, rule) -%}
    {%- if execute and not names -%}
        {{ exceptions.raise_compiler_error("no model or seed has a name that " ~ rule) }}
    {%- endif -%}
    {#- the alias fixes the case of a name, which DuckDB would take over from a publisher's column -#}
    {%- for name in names %}
        select {% for column in columns %} {{ column }} as {{ column }}{{ ", " if not loop.last }}{% endfor %}
        from {{ ref(name) }}
        {%- if not loop.last %}
            union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
