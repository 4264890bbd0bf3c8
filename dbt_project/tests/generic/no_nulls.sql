{#-
  None of the named columns is null: not_null of several columns in one query, for views, which no contract enforces.
-#}
{% test no_nulls(model, columns) %}

    select * from {{ model }} where {{ columns | join(" is null or ") }} is null

{% endtest %}
