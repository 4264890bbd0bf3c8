{#-
  A build as of an earlier day knows what had been published by then. What holds only of what is known today asks here;
  the guards name it, with the reason, in the receipt.
-#}
{#- The day as of which the build knows, in a build of an earlier day; no row in a build of all that is known. -#}
{% macro earlier_day() -%} select as_of from {{ ref("stg_catalogue__as_of") }} where as_of is not null {%- endmacro %}

{#- True where a day was not after the one as of which the build knows. -#}
{% macro was_known(day) -%}
    {{ day }} <= coalesce((select max(as_of) from ({{ earlier_day() }}) as asked), cast('9999-12-31' as date))
{%- endmacro %}
