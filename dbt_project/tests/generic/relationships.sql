{#-
  dbt's own test of this name, which shows the code alone; this one shows the row, whose payload the error then names.
-#}
{% test relationships(model, column_name, to, field) %}

    select *
    from {{ model }}
    where {{ column_name }} not in (select {{ field }} from {{ to }} where {{ field }} is not null)

{% endtest %}
