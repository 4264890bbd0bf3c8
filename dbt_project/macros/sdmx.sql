{#-
  A publisher's SDMX observation status as one that this project uses (see status_agrees_with_value): a mark without a
  figure counts even where the publisher prints a zero; C confidential is Q suppressed, F forecast and I imputed are E,
  V unvalidated is P; a break, another definition and whatever else leaves a figure as it is count as A and stay marked
  in raw.
-#}
{% macro sdmx_status(status, value) -%}
    case
        when {{ status }} in ('Q', 'N', 'L', 'M', 'O')
        then {{ status }}
        when {{ status }} = 'C'
        then 'Q'
        when {{ value }} is null
        then 'O'
        when {{ status }} in ('E', 'F', 'I')
        then 'E'
        when {{ status }} in ('P', 'V')
        then 'P'
        when {{ status }} = 'U'
        then 'U'
        else 'A'
    end
{%- endmacro %}
