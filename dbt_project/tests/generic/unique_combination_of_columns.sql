{#-
  No two rows share a key; nulls compare equal. For tables that can exceed a million rows, where the index of a primary
  key would not fit into memory: keys are compared only where their hash repeats. Shows the rows that share a key.
-#}
{% test unique_combination_of_columns(model, combination_of_columns) %}
    {%- set key = combination_of_columns | join(", ") %}

    with
        candidates as (
            select *
            from {{ model }}
            where
                {{ row_hash(combination_of_columns) }} in (
                    select {{ row_hash(combination_of_columns) }}
                    from {{ model }}
                    group by {{ row_hash(combination_of_columns) }}
                    having count(*) > 1
                )
        ),
        counted as (select *, count(*) over (partition by {{ key }}) as rows_with_this_key from candidates)
    select *
    from counted
    where rows_with_this_key > 1

{% endtest %}
