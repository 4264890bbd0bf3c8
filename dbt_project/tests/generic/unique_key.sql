{#-
  No two rows share the same key; empty parts of a key compare equal. Shows the failing keys and how many rows each has.
  For faults such as a payload read twice, two publisher's codes mapped to one area, a join that multiplies rows.

  Arguments: columns (list of column names). dbt's own `where` narrows the rows that are judged.
-#}
{% test unique_key(model, columns) %}

    select {{ columns | join(", ") }}, count(*) as rows_with_this_key
    from {{ model }}
    group by {{ columns | join(", ") }}
    having count(*) > 1

{% endtest %}
