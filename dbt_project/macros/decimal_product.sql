{#
  A double times a whole number, computed in decimals as printed: 4.19657 * 100000000 is 419657000, and in binary
  419657000.00000006.
-#}
{% macro decimal_product(expression, factor) -%}
    cast(
        cast(
            cast(cast({{ expression }} as {{ type_string() }}) as decimal(28, 18)) * {{ factor }} as {{ type_string() }}
        ) as {{ double_type() }}
    )
{%- endmacro %}
