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

{#-
  The columns of a published metric, in the order of the metric contract: COLUMNS in orchestration/contracts/metric.py.
-#}
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
                "is_preferred",
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
  What the metric's bare name answers: `config.meta.answer` of its .yml. None while the project is parsed and in unit
  tests, which state one as an override of this macro.
-#}
{% macro metric_answer() -%}
    {{ return(model.config.meta.get("answer") if execute and model.resource_type == "model" else none) }}
{%- endmacro %}

{#-
  SQL that is true where figures add up over economies or pairs: the metric's answer declares it (`additive`, or the
  measure is one of `additive_measures`), and the unit is an amount or a count. Unit tests state the metrics as an
  override of additive().
-#}
{% macro adds_up() -%}
    {%- set declared = [] -%}
    {%- for metric, measures in additive().items() -%}
        {%- set chosen = "" if measures is none else " and measure in ('" ~ measures | join("', '") ~ "')" -%}
        {%- do declared.append("metric_id = '" ~ metric ~ "'" ~ chosen) -%}
    {%- endfor -%}
    ({{ declared | join(" or ") or "false" }})
{%- endmacro %}

{#- The metrics with figures that add up, each with the measures that do, or none where all do. -#}
{% macro additive() -%}
    {%- set found = {} -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type == "model" -%}
        {%- set answer = node.config.meta.get("answer", {}) -%}
        {%- if answer.additive or answer.additive_measures -%}
            {%- do found.update({node.name: none if answer.additive else answer.additive_measures}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- True for the code of an economy. The test of dim_area proves that exactly its countries have such codes. -#}
{% macro is_economy(area) -%} (length({{ area }}) = 3 and {{ area }} <> 'W00') {%- endmacro %}

{#-
  Years with a value, of a status other than U, that a source and basis must have to be preferred by the order of its
  metric.
-#}
{% macro years_of_a_series() -%} {{ return(5) }} {%- endmacro %}

{#-
  The final select of a metric: the columns of the metric contract, taken from a relation.

  Arguments: metric_id; relation (a common table expression or ref()); dimensions (those of metric_defaults() that the
  relation has; the others take their default); where (which rows of the relation). Any other argument names a column
  and the text that it holds in every row.
-#}
{% macro metric(metric_id, relation, dimensions=[], where="true") -%}
    {%- for name in dimensions if name not in metric_defaults() -%}
        {{ exceptions.raise_compiler_error(metric_id ~ ": no dimension with a default is called " ~ name) }}
    {%- endfor -%}
    {%- for name in kwargs if name not in metric_columns() -%}
        {{ exceptions.raise_compiler_error(metric_id ~ ": the metric contract has no column " ~ name) }}
    {%- endfor -%}
    {%- set answer = metric_answer() -%}
    {%- set figures -%}
        select
            '{{ metric_id }}' as metric_id
            {%- for column in metric_columns()[1:-1] %}
                ,
                {% if column in kwargs %} '{{ kwargs[column] }}' as {{ column }}
                {%- elif column in metric_defaults() and column not in dimensions %}
                    {{ metric_defaults()[column] }} as {{ column }}
                {%- else %} {{ column }}
                {%- endif -%}
            {%- endfor %}
        from {{ relation }}
        where {{ where }}
    {%- endset -%}
    {%- if answer and "none" not in answer -%}
        select {{ metric_columns()[:-1] | join(", ") }}, is_candidate and choice = 1 as is_preferred
        from ({{ series_chosen(figures, answer) }}) as chosen
    {%- else -%} select *, false as is_preferred from ({{ figures }}) as figures
    {%- endif -%}
{%- endmacro %}

{#-
  The rows of a metric with is_candidate (the row is of the measure, item, areas and vintage that the bare name answers
  with) and choice (1 for the series that answers). A series is an economy or pair in one source, basis and authority;
  of figures that only publications print, in one publication. The first in the order of the answer that has enough
  years is chosen, else the longest; on a tie the newest edition.
-#}
{% macro series_chosen(figures, answer) -%}
    {%- set series = "is_candidate, area, counterpart_area, authority, source, basis, edition" -%}
    {%- set order = "is_candidate, area, counterpart_area" -%}
    {%- set areas = [is_economy("area") ~ (" or area = 'W00'" if answer.world else "")] -%}
    {%- set conditions = ["is_latest", "(" ~ areas[0] ~ ")"] -%}
    {%- if answer.counterpart == "economies" -%} {%- do conditions.append(is_economy("counterpart_area")) -%}
    {%- else -%} {%- do conditions.append("counterpart_area = 'W00'") -%}
    {%- endif -%}
    {%- for column in ["measure", "item", "clock", "authority"] if column in answer -%}
        {%- do conditions.append(column ~ " = '" ~ answer[column] ~ "'") -%}
    {%- endfor -%}
    {%- if answer.years_of_growth -%}
        {%- do conditions.append("year - base_year = " ~ answer.years_of_growth) -%}
    {%- endif -%}
    {%- if answer.bases -%}
        {%- do conditions.append("basis in ('" ~ answer.bases | join("', '") ~ "')") -%}
    {%- endif -%}
    select
        *,
        dense_rank() over (
            partition by {{ order }}
            order by
                case when usable >= {{ years_of_a_series() }} then place else 1000000 - usable end,
                newest desc,
                place,
                source,
                basis,
                authority
        ) as choice
    from
        (
            select
                *,
                sum(case when value is not null and obs_status <> 'U' then 1 else 0 end) over (
                    partition by {{ series }}
                ) as usable,
                max(vintage) over (partition by {{ series }}) as newest
            from
                (
                    select
                        *,
                        {{ conditions | join(" and ") }} as is_candidate,
                        100 * {{ position_in("basis", answer.bases or []) }}
                        + {{ position_in("source", answer.sources or []) }} as place,
                        case when source like '%publications%' then vintage end as edition
                    from ({{ figures }}) as figures
                ) as marked
        ) as counted
{%- endmacro %}

{#-
  The position of a column's value in a list, in which values of one list have one position; after all of them if it is
  not listed.
-#}
{% macro position_in(column, values) -%}
    case
        {%- for value in values %}
            when {{ column }} in ('{{ ([value] if value is string else value) | join("', '") }}') then {{ loop.index }}
        {%- endfor %}
        when true
        then {{ values | length + 1 }}
    end
{%- endmacro %}

{#-
  The clock of a national indicator: applications for patents are counted by filing year, all else by reference year.
-#}
{% macro indicator_clock(indicator) -%}
    case
        when {{ indicator }} in ('patent_applications_residents', 'patent_applications_nonresidents')
        then 'filing_year'
        else 'reference_year'
    end
{%- endmacro %}

{#-
  The source of a figure made from two: both identifiers, in alphabetical order, joined by a plus sign; one when they
  are the same.
-#}
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
  True where two figures of different publishers were current together: neither was superseded before the other
  appeared. Needs the columns vintage and superseded_on of both; see superseded_on().
-#}
{% macro current_together(one, other) -%}
    {{ one }}.vintage < {{ other }}.superseded_on and {{ other }}.vintage < {{ one }}.superseded_on
{%- endmacro %}

{#-
  The vintage that replaced a row, a far date where none has; the key holds the columns that name a figure without its
  vintage.
-#}
{% macro superseded_on(key) -%}
    coalesce(
        lead(vintage) over (partition by {{ key | join(", ") }} order by vintage nulls last), cast('9999-12-31' as date)
    )
{%- endmacro %}
