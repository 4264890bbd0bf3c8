{#-
  A row whose status says that there is a figure has one, and a row whose status says that there is none has none.
  For faults such as a suppressed cell read as zero, or a missing figure without a mark.

  Codes of SDMX CL_OBS_STATUS with a figure: A normal, E estimated, P provisional, U low reliability.
  Without: Q suppressed, N not significant, L exists but not collected, M cannot exist, O missing.

  Arguments: value_column.
-#}
{% test status_agrees_with_value(model, column_name, value_column="value") %}

    select *
    from {{ model }}
    where
        {{ column_name }} is null
        or ({{ column_name }} in ('A', 'E', 'P', 'U') and {{ value_column }} is null)
        or ({{ column_name }} in ('Q', 'N', 'L', 'M', 'O') and {{ value_column }} is not null)
        or {{ column_name }} not in ('A', 'E', 'P', 'U', 'Q', 'N', 'L', 'M', 'O')

{% endtest %}
