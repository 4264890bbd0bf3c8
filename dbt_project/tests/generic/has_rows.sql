{#-
  The table is not empty, or has `at_least` so many rows. For a feed that answered with nothing, or a filter that lost
  everything. In a build as of an earlier day a table may be empty, because nothing of it had been published: the
  release says so of each, and is refused where a release of today holds rows of that time.
-#}
{% test has_rows(model, at_least=1) %}

    select row_count
    from (select count(*) as row_count from {{ model }}) as counted
    where
        row_count < {{ at_least }}
        and not exists (select as_of from {{ source("catalogue", "as_of") }} where as_of is not null)

{% endtest %}
