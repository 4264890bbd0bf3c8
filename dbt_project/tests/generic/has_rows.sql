{#- The table is not empty. For a feed that answered with nothing, or a filter that lost everything. -#}
{% test has_rows(model) %}

    select 'no rows' as seen from (select count(*) as row_count from {{ model }}) as counted where row_count = 0

{% endtest %}
