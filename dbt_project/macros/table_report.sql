{#-
  What the Dagster UI shows of a table, written as one row of <name>.parquet into the folder BILATERAL_TABLE_REPORTS right
  after the table is built, since no other process can read the database before dbt ends. Without the variable: nothing. Of a view its columns
  alone: to count its rows would be to work it out, and one edition of balanced services has 100 million.

  orchestration/transform/table_report.py reads it.
-#}
{% macro report_table() -%}
    {%- set folder = env_var("BILATERAL_TABLE_REPORTS", "") if execute -%}
    {%- if folder and target.type == "duckdb" -%}
        {{ table_report(this, folder ~ "/" ~ this.identifier ~ ".parquet") }}
    {%- endif -%}
{%- endmacro %}

{% macro table_report(relation, file) -%}
    {%- set is_view = model.config.materialized == "view" -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute="name") | list -%}
    {%- set shown = [] -%}
    {%- for column in columns[:16] -%} {%- do shown.append(adapter.quote(column)) -%} {%- endfor -%}
    copy (
        select
    {{ "cast(null as bigint)" if is_view else "(select count(*) from " ~ relation ~ ")" }} as row_count,
            (
                select list({'name': column_name, 'type': lower(data_type)} order by column_index)
                from duckdb_columns()
                where
                    database_name = '{{ relation.database }}'
                    and schema_name = '{{ relation.schema }}'
                    and table_name = '{{ relation.identifier }}'
            ) as columns,
    {% if not is_view -%}
            (
                select list(shown)
                from (select {{ shown | join(", ") }} from {{ relation }} {{ first_pair_first(columns) }} limit 5) as shown
            )
    {%- else -%} null
    {%- endif %} as first_rows,
    {% if "vintage" in columns and "is_latest" in columns and not is_view -%}
                (select min(vintage) || ' to ' || max(vintage) from {{ relation }})
    {%- else -%} cast(null as varchar)
    {%- endif %} as vintages,
    {% if "year" in columns and not is_view -%}
                (
                    select list({'year': year, 'n': n} order by year)
                    from (select year, count(*) as n from {{ relation }} where year is not null group by year)
                )
    {%- else -%} null
    {%- endif %} as rows_by_year
    {%- for area in ["USA", "CHN"] if model.path.startswith("metrics/") %},
                (select list(point order by year) from ({{ longest_series(relation, area) }}) as point) as series_{{ area }}
    {%- endfor %}
    ) to '{{ file }}' (format parquet)
{%- endmacro %}

{#- The newest figures of the United States and China first, as far as a table has the columns for it. -#}
{% macro first_pair_first(columns) -%}
    {%- set order = [] -%}
    {%- set pairs = [["area", "counterpart_area"], ["reporter", "partner"], ["origin", "office"], ["area"], ["reporter"]] -%}
    {%- for pair in pairs if not order and pair | reject("in", columns) | list | length == 0 -%}
        {%- for column in pair -%}
            {%- do order.append(column ~ " = '" ~ ["USA", "CHN"][loop.index0] ~ "' desc") -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for column in ["is_latest", "year"] if column in columns -%}
        {%- do order.append(column ~ " desc") -%}
    {%- endfor -%}
    {%- if order -%} order by {{ order | join(", ") }}
    {%- endif -%}
{%- endmacro %}

{#- The longest series of an area's newest figures in a metric; a year with several figures is left out. -#}
{% macro longest_series(relation, area) -%}
    {%- set keys = metric_columns() | reject("in", ["metric_id", "year", "base_year", "value", "obs_status", "vintage", "is_latest"]) | join(", ") %}
    with
        newest as (select {{ keys }}, year, value from {{ relation }} where is_latest and value is not null and area = '{{ area }}'),
        longest as (select {{ keys }} from newest group by all order by count(distinct year) desc, {{ keys }} limit 1)
    select {{ keys }}, year, max(value) as value
    from newest
    natural join longest
    group by all
    having count(*) = 1
{%- endmacro %}
