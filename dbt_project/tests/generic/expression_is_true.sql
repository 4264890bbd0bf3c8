{#- An SQL condition is true for every row; null passes, as in a check constraint. For tables without a contract. -#}
{% test expression_is_true(model, expression, column_name=none) %}

    select * from {{ model }} where not ({{ expression }})

{% endtest %}
