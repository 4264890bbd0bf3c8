{#-
  A count is a whole number; an empty value is not judged.
  For faults such as a thousands multiplier applied to a count, or a rate read as a count.
-#}
{% test whole_number(model, column_name) %}

    select * from {{ model }} where {{ column_name }} <> floor({{ column_name }})

{% endtest %}
