{#- The metric_id of a row is the name of the model that the row is from. For a model copied from another. -#}
{% test bears_the_models_name(model) %}
    select distinct model, metric_id from {{ model }} where metric_id <> model
{% endtest %}
