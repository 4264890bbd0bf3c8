{#-
  None of the named columns is ever empty; one test for a table instead of one for each column, because a test costs more
  than the looking. Shows the rows with an empty column. For faults such as a code that no mapping knows, a lost year, a
  figure without a unit.

  Arguments: columns (list of column names).
-#}
{% test no_nulls(model, columns) %}

    select *
    from {{ model }}
    where {%- for column in columns %} {{ column }} is null {%- if not loop.last %} or {%- endif %} {%- endfor %}

{% endtest %}
