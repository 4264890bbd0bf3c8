{#-
  No two rows share the same key; empty parts of a key compare equal. Shows the failing keys and how many rows each has.
  For faults such as a payload read twice, two publisher's codes mapped to one area, a join that multiplies rows.

  Hashes of keys are counted first and keys only where a hash repeats: to hold all keys of all metrics takes many times the memory.

  Arguments: columns (list of column names). dbt's own `where` narrows the rows that are judged.
-#}
{% test unique_key(model, columns) %}

    select {{ columns | join(", ") }}, count(*) as rows_with_this_key
    from {{ model }}
    where
        {{ row_hash(columns) }} in (
            select {{ row_hash(columns) }} as hash_of_key
            from {{ model }}
            group by {{ row_hash(columns) }}
            having count(*) > 1
        )
    group by {{ columns | join(", ") }}
    having count(*) > 1

{% endtest %}
