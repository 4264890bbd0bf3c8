{#-
  Every rule that the `.yml` of a table states under `config: meta: rules:`, for the table and beside its columns, in one
  query: a test of dbt costs more than the looking. A rule is written as dbt writes a data test. Rules that look codes up in
  another table are judged by codes_are_known. Shows a row for each rule that does not hold, with the number of rows that
  break it and one of them; the rows themselves are the query under the name of the rule in the compiled SQL.
-#}
{% test rules_hold(model) %} {{ rules_broken(model, none) }} {% endtest %}
