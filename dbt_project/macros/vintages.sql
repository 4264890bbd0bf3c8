{#-
  True where a row belongs to the newest vintage that covers its source, resource and year: a publisher who stops
  covering old years keeps the last word on them. Needs the columns source, resource, year and vintage.
-#}
{% macro is_newest_vintage() -%} vintage = max(vintage) over (partition by source, resource, year) {%- endmacro %}

{#- The digest of one series of a vintage, in hexadecimal: of its lines in `int_vintages_written`, year by year. -#}
{% macro digest_of_lines() -%}
    md5({{ joined_in_order("cast(year as " ~ type_string() ~ ") || ' ' || line", ";", ["year", "line"]) }})
{%- endmacro %}
