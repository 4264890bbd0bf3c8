{#-
  A column lies between two bounds, both included; an empty value is not judged. Either bound may be left out.
  For faults such as a unit slip (millions read as dollars), a share above 100 percent, a negative count, inf or nan.

  Arguments: min_value, max_value (numbers or SQL expressions). dbt's own `where` narrows the rows that are judged.
-#}
{% test value_between(model, column_name, min_value=none, max_value=none) %}

    {%- if min_value is none and max_value is none -%}
        {{ exceptions.raise_compiler_error("value_between on " ~ column_name ~ " needs min_value or max_value") }}
    {%- endif %}
    {%- set outside = [] -%}
    {%- if min_value is not none -%} {%- do outside.append(column_name ~ " < " ~ min_value) -%} {%- endif -%}
    {%- if max_value is not none -%} {%- do outside.append(column_name ~ " > " ~ max_value) -%} {%- endif %}
    select *
    from {{ model }}
    where {{ outside | join(" or ") }}

{% endtest %}
