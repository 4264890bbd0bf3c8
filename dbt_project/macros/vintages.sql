{#-
  True where a row belongs to the newest vintage that covers its source, resource and year: a publisher who stops
  covering old years keeps the last word on them. Needs the columns source, resource, year and vintage.
-#}
{% macro is_newest_vintage() -%} vintage = max(vintage) over (partition by source, resource, year) {%- endmacro %}
