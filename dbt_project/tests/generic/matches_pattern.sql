{#-
  A text is of a form; an empty one is not judged. For names that are made up of known parts, where a list would have to
  hold every combination.

  Arguments: pattern (a regular expression over the whole text).
-#}
{% test matches_pattern(model, column_name, pattern) %}

    select * from {{ model }} where {{ column_name }} is not null and not {{ matches(column_name, pattern) }}

{% endtest %}
