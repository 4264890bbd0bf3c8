{#-
  Every code of a column is in a dimension; an empty code is not judged. Shows whole rows, which dbt's relationships does not.

  Arguments: to (the dimension), field (its key; the column's own name where it is left out).
-#}
{% test known_code(model, column_name, to, field=none) %}

    select * from {{ model }} where {{ column_name }} not in (select {{ field or column_name }} from {{ to }})

{% endtest %}
