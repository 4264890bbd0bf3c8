{#-
  The rules of a table's `.yml` that look codes up in another table (their argument `to`), in one query; see rules_hold. They
  are a test of their own, so that a selection without the other tables still judges all other rules.

  Arguments: tables (the tables that the rules name).
-#}
{% test codes_are_known(model, tables) %} {{ rules_broken(model, tables) }} {% endtest %}
