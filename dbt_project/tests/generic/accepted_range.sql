{#-
  A column lies between two bounds, both included; null passes. The bounds are numbers or SQL expressions, and either
  may be left out.
-#}
{% test accepted_range(model, column_name, min_value=none, max_value=none) %}

    select *
    from {{ model }}
    where
        false
        {%- if min_value is not none %} or {{ column_name }} < {{ min_value }} {%- endif %}
        {%- if max_value is not none %} or {{ column_name }} > {{ max_value }} {%- endif %}

{% endtest %}
