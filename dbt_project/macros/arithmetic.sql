{#- A sum that does not depend on the order of the rows: in decimals, nine digits behind the point. -#}
{% macro exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(38, 9))) as {{ double_type() }})
{%- endmacro %}

{#- The median; null values do not count. -#}
{% macro median_of(expression) -%} percentile_cont(0.5) within group (order by {{ expression }}) {%- endmacro %}

{#- Distinct texts in alphabetical order, joined by a plus sign. -#}
{% macro joined_names(expression) -%} {{ return(adapter.dispatch("joined_names")(expression)) }} {%- endmacro %}

{% macro default__joined_names(expression) -%}
    string_agg(distinct {{ expression }}, '+' order by {{ expression }})
{%- endmacro %}

{% macro spark__joined_names(expression) -%} array_join(array_sort(collect_set({{ expression }})), '+') {%- endmacro %}

{#- The name of the 64-bit floating point type. -#}
{% macro double_type() -%} {{ return(adapter.dispatch("double_type")()) }} {%- endmacro %}

{% macro default__double_type() -%} double {%- endmacro %}

{% macro postgres__double_type() -%} double precision {%- endmacro %}

{#- The whole part of a division of two whole numbers from zero up. -#}
{% macro whole_division(one, other) -%} {{ return(adapter.dispatch("whole_division")(one, other)) }} {%- endmacro %}

{% macro default__whole_division(one, other) -%} divide({{ one }}, {{ other }}) {%- endmacro %}

{% macro spark__whole_division(one, other) -%}({{ one }}) div({{ other }}) {%- endmacro %}

{% macro postgres__whole_division(one, other) -%}({{ one }}) / ({{ other }}) {%- endmacro %}

{#- A number as text with twelve digits: two editions of one figure can differ in the sixteenth. -#}
{% macro twelve_digits(expression) -%} {{ return(adapter.dispatch("twelve_digits")(expression)) }} {%- endmacro %}

{% macro default__twelve_digits(expression) -%} format('{:.11e}', {{ expression }}) {%- endmacro %}

{% macro spark__twelve_digits(expression) -%} format_string('%.11e', {{ expression }}) {%- endmacro %}

{% macro postgres__twelve_digits(expression) -%} to_char({{ expression }}, '9.99999999999EEEE') {%- endmacro %}
