{#-
  True where a row belongs to the newest vintage that covers its source, resource and year: a publisher who stops
  covering old years keeps the last word on them. Needs the columns source, resource, year and vintage; `within` names
  further columns of a series, such as the state of a database, which a newer edition in another state does not replace.
-#}
{% macro is_newest_vintage(within=[]) -%}
    vintage = max(vintage) over (partition by {{ (["source", "resource", "year"] + within) | join(", ") }})
{%- endmacro %}

{#-
  True where a figure made of two figures of one vintage is the latest. Both are; or, while one of them has a newer
  vintage that the other lacks for the whole year, it is of the newest vintage that they share. Needs source, year and
  is_latest of both; `within` names further columns of a series.
-#}
{% macro is_latest_of_one_vintage(left, right, within=[]) -%}
    {%- set both = left ~ ".is_latest and " ~ right ~ ".is_latest" -%}
    (
        ({{ both }})
        or (
            ({{ left }}.is_latest or {{ right }}.is_latest)
            and max(case when {{ both }} then 1 else 0 end) over (
                partition by {{ ([left ~ ".source", left ~ ".year"] + within) | join(", ") }}
            )
            = 0
        )
    )
{%- endmacro %}

{#-
  Six hexadecimal digits of the digest of one series of a vintage: of its lines in `int_vintages_written`, year by year.
-#}
{% macro digest_of_lines() -%}
    substring(
        md5({{ joined_in_order("cast(year as " ~ type_string() ~ ") || ' ' || line", ";", ["year", "line"]) }}), 1, 6
    )
{%- endmacro %}
