{#-
  A total and its parts agree, wherever the total and every part has a value. Empty parts are not taken for zero.
  For faults such as a part read from another column or year, a part counted twice, a total of another vintage.

  Arguments: column_name (the value), item_column, total (its item), parts (list of items), key (columns that a total
  and its parts share, such as source, reporter, partner, flow, year and vintage), tolerance (absolute, for publisher's
  rounding), relative_tolerance (share of the total).
-#}
{% test parts_sum_to_total(
    model, column_name, item_column, total, parts, key, tolerance=0, relative_tolerance=0
) %}

    with
        totals as (
            select {{ key | join(", ") }}, {{ column_name }} as total
            from {{ model }}
            where {{ item_column }} = '{{ total }}' and {{ column_name }} is not null
        ),
        parts as (
            select {{ key | join(", ") }}, {{ exact_sum(column_name) }} as sum_of_parts
            from {{ model }}
            where {{ item_column }} in ('{{ parts | join("', '") }}')
            group by {{ key | join(", ") }}
            having count({{ column_name }}) = {{ parts | length }}
        )
    select {{ key | join(", ") }}, total, sum_of_parts, sum_of_parts - total as difference
    from totals
    inner join parts using ({{ key | join(", ") }})
    where not abs(sum_of_parts - total) <= {{ tolerance }} + {{ relative_tolerance }} * abs(total)

{% endtest %}
