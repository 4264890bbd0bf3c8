{#-
  What the models of published metrics share: which metrics there are, and how the marks of two inputs become the mark of
  what is made of them. Formulas belong into the models.
-#}
{#-
  All published metrics but those that are checks on metrics (names that begin with claim_), which would go round in a circle.

  The names of the files in models/metrics come in through BILATERAL_METRICS (comma separated), set where BILATERAL_MODELS
  is set, so that a new metric is a new file and no list.
-#}
{% macro metric_models() -%}
    {%- set found = [] -%}
    {%- for name in env_var("BILATERAL_METRICS", "").split(",") if name and not name.startswith("claim_") -%}
        {%- do found.append(name) -%}
    {%- endfor -%}
    {%- if execute and not found -%}
        {{
            exceptions.raise_compiler_error(
                "BILATERAL_METRICS holds no metric: set it to the names of the files in models/metrics"
            )
        }}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#- The columns of a published metric, in the order of the metric contract. -#}
{% macro metric_columns() -%}
    {{
        return(
            [
                "metric_id",
                "measure",
                "area",
                "counterpart_area",
                "item",
                "year",
                "base_year",
                "value",
                "unit",
                "obs_status",
                "basis",
                "source",
                "vintage",
                "is_latest",
            ]
        )
    }}
{%- endmacro %}

{#- The source of a figure made from two: both identifiers, in alphabetical order, joined by a plus sign; one when they are the same. -#}
{% macro combined_source(one, other) -%}
    case
        when {{ one }} = {{ other }}
        then {{ one }}
        when {{ one }} < {{ other }}
        then {{ one }} || '+' || {{ other }}
        else {{ other }} || '+' || {{ one }}
    end
{%- endmacro %}

{#-
  The SDMX observation status of a figure made from others that all have a value: the least certain one among theirs
  (U low reliability, then E estimated, then P provisional, then A normal).
-#}
{% macro combined_status(statuses) -%}
    case
        {%- for status in ["U", "E", "P"] %}
            when '{{ status }}' in ({{ statuses | join(", ") }}) then '{{ status }}'
        {%- endfor %}
        else 'A'
    end
{%- endmacro %}

{#-
  Two figures of different publishers stand beside each other when neither was superseded before the other appeared.
  Needs the columns vintage and superseded_on of both; see superseded_on().
-#}
{% macro current_together(one, other) -%}
    {{ one }}.vintage < {{ other }}.superseded_on and {{ other }}.vintage < {{ one }}.superseded_on
{%- endmacro %}

{#- The vintage that replaced a row, a far date where none has; the key holds the columns that name a figure without its vintage. -#}
{% macro superseded_on(key) -%}
    coalesce(lead(vintage) over (partition by {{ key | join(", ") }} order by vintage), cast('9999-12-31' as date))
{%- endmacro %}

{#- The base year of a figure that compares no years. -#}
{% macro no_base_year() -%} cast(null as integer) {%- endmacro %}
