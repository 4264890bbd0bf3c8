{#-
  What the models of published metrics share: which metrics there are, the metric contract, and how source and status of
  several inputs combine.
-#}
{#- All published metrics. -#}
{% macro metric_models() -%}
    {%- set found = [] -%}
    {%- for name, folder in project_models().items() if folder == "metrics" -%}
        {%- do found.append(name) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The columns of a published metric, in the order of the metric contract: COLUMNS in orchestration/contracts/metric.py. -#}
{% macro metric_columns() -%}
    {{
        return(
            [
                "metric_id",
                "measure",
                "area",
                "counterpart_area",
                "item",
                "clock",
                "authority",
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

{#- The dimensions that a metric need not have, each with the value that then holds for all its rows. -#}
{% macro metric_defaults() -%}
    {{
        return(
            {
                "counterpart_area": "'W00'",
                "item": "'_T'",
                "clock": "'reference_year'",
                "authority": "'_Z'",
                "base_year": "cast(null as integer)",
            }
        )
    }}
{%- endmacro %}

{#-
  The final select of a metric: the columns of the metric contract, taken from a relation.

  Arguments: metric_id; relation (a common table expression or ref()); dimensions (those of metric_defaults() that the
  relation has; the others take their default). Any other argument names a column and the text that it holds in every row.
-#}
{% macro metric(metric_id, relation, dimensions=[]) -%}
    {%- for name in dimensions if name not in metric_defaults() -%}
        {{ exceptions.raise_compiler_error(metric_id ~ ": no dimension with a default is called " ~ name) }}
    {%- endfor -%}
    {%- for name in kwargs if name not in metric_columns() -%}
        {{ exceptions.raise_compiler_error(metric_id ~ ": the metric contract has no column " ~ name) }}
    {%- endfor -%}
    select
        '{{ metric_id }}' as metric_id
        {%- for column in metric_columns()[1:] %}
            ,
            {% if column in kwargs %} '{{ kwargs[column] }}' as {{ column }}
            {%- elif column in metric_defaults() and column not in dimensions %}
                {{ metric_defaults()[column] }} as {{ column }}
            {%- else %} {{ column }}
            {%- endif -%}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}

{#- The clock of a national indicator: applications for patents are counted by filing year, all else by reference year. -#}
{% macro indicator_clock(indicator) -%}
    case
        when {{ indicator }} in ('patent_applications_residents', 'patent_applications_nonresidents')
        then 'filing_year'
        else 'reference_year'
    end
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

{#- The same of a figure made from all rows of a group. -#}
{% macro combined_status_of_rows(status) -%}
    case
        {%- for one in ["U", "E", "P"] %}
            when count(case when {{ status }} = '{{ one }}' then 1 end) > 0 then '{{ one }}'
        {%- endfor %}
        else 'A'
    end
{%- endmacro %}

{#-
  True where two figures of different publishers were current together: neither was superseded before the other appeared.
  Needs the columns vintage and superseded_on of both; see superseded_on().
-#}
{% macro current_together(one, other) -%}
    {{ one }}.vintage < {{ other }}.superseded_on and {{ other }}.vintage < {{ one }}.superseded_on
{%- endmacro %}

{#- The vintage that replaced a row, a far date where none has; the key holds the columns that name a figure without its vintage. -#}
{% macro superseded_on(key) -%}
    coalesce(
        lead(vintage) over (partition by {{ key | join(", ") }} order by vintage nulls last), cast('9999-12-31' as date)
    )
{%- endmacro %}
