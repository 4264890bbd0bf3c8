{#-
  SQL that keeps models, tests and seeds one set of files for DuckDB and for Spark: what the engines write differently
  is dispatched, the rest means the same to both.
-#}
{#-
  A sum that does not depend on the order of the rows: in decimals, with nine digits behind the point or, for shares,
  more.
-#}
{% macro exact_sum(expression, digits=9) -%}
    cast(sum(cast({{ expression }} as decimal(38, {{ digits }}))) as {{ double_type() }})
{%- endmacro %}

{#- The median; null values do not count. -#}
{% macro median_of(expression) -%} percentile_cont(0.5) within group (order by {{ expression }}) {%- endmacro %}

{#- Distinct texts in alphabetical order, joined by a plus sign. -#}
{% macro joined_names(expression) -%} {{ return(adapter.dispatch("joined_names")(expression)) }} {%- endmacro %}

{% macro default__joined_names(expression) -%}
    string_agg(distinct {{ expression }}, '+' order by {{ expression }})
{%- endmacro %}

{% macro spark__joined_names(expression) -%} array_join(array_sort(collect_set({{ expression }})), '+') {%- endmacro %}

{#- Texts joined by a separator in the order of the named columns, none of which is ever null. -#}
{% macro joined_in_order(expression, separator, columns) -%}
    {{ return(adapter.dispatch("joined_in_order")(expression, separator, columns)) }}
{%- endmacro %}

{% macro default__joined_in_order(expression, separator, columns) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ columns | join(", ") }})
{%- endmacro %}

{% macro spark__joined_in_order(expression, separator, columns) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ columns | join(", ") }})
{%- endmacro %}

{#- One row for each word of a text whose words are separated by single spaces. -#}
{% macro word_by_word(text) -%} {{ return(adapter.dispatch("word_by_word")(text)) }} {%- endmacro %}

{% macro default__word_by_word(text) -%} unnest(string_split({{ text }}, ' ')) {%- endmacro %}

{% macro spark__word_by_word(text) -%} explode(split({{ text }}, ' ')) {%- endmacro %}

{#- The name of the 64-bit floating point type. -#}
{% macro double_type() -%} {{ return(adapter.dispatch("double_type")()) }} {%- endmacro %}

{% macro default__double_type() -%} double {%- endmacro %}

{#- A 64-bit hash of the values of columns; rows with equal values have equal hashes, empty ones included. -#}
{% macro row_hash(columns) -%} {{ return(adapter.dispatch("row_hash")(columns)) }} {%- endmacro %}

{% macro default__row_hash(columns) -%} hash({{ columns | join(", ") }}) {%- endmacro %}

{% macro spark__row_hash(columns) -%} xxhash64({{ columns | join(", ") }}) {%- endmacro %}

{#- The whole part of a division of two whole numbers from zero up. -#}
{% macro whole_division(one, other) -%} {{ return(adapter.dispatch("whole_division")(one, other)) }} {%- endmacro %}

{% macro default__whole_division(one, other) -%} divide({{ one }}, {{ other }}) {%- endmacro %}

{% macro spark__whole_division(one, other) -%}({{ one }}) div({{ other }}) {%- endmacro %}

{#- A number as text with twelve digits: two editions of one figure can differ in the sixteenth. -#}
{% macro twelve_digits(expression) -%} {{ return(adapter.dispatch("twelve_digits")(expression)) }} {%- endmacro %}

{% macro default__twelve_digits(expression) -%} format('{:.11e}', {{ expression }}) {%- endmacro %}

{#- Spark's own format rounds the shortest decimal, not the number; see session() in engines/spark.py -#}
{% macro spark__twelve_digits(expression) -%} twelve_digits({{ expression }}) {%- endmacro %}

{#- A moment with a time zone as the time in UTC without one. -#}
{% macro time_in_utc(expression) -%} {{ return(adapter.dispatch("time_in_utc")(expression)) }} {%- endmacro %}

{% macro default__time_in_utc(expression) -%} cast({{ expression }} at time zone 'UTC' as timestamp) {%- endmacro %}

{#- the session is in UTC -#}
{% macro spark__time_in_utc(expression) -%} cast({{ expression }} as timestamp_ntz) {%- endmacro %}

{#- The raw files of a source's table as a relation; one that a unit test put in its place stays. -#}
{% macro raw_relation(relation, folder) -%}
    {{ return(adapter.dispatch("raw_relation")(relation, folder)) }}
{%- endmacro %}

{#- dbt-duckdb writes read_parquet('<latest raw folder>/<source>/<table>/*.parquet') by external_location -#}
{% macro default__raw_relation(relation, folder) -%}
    {{ return((relation | string).replace(latest_raw_folder(), escaped_path(folder))) }}
{%- endmacro %}

{% macro spark__raw_relation(relation, folder) -%}
    {%- if relation.is_cte -%} {{ return(relation) }} {%- endif -%}
    {{ return("parquet.`" ~ folder.replace("`", "``") ~ "/" ~ relation.schema ~ "/" ~ relation.identifier ~ "/*.parquet`") }}
{%- endmacro %}

{#- A path for a text literal of DuckDB with a pattern of files. -#}
{% macro escaped_path(path) -%}
    {{ return(path.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]").replace("'", "''")) }}
{%- endmacro %}

{#-
  A seed is read by its path in the project: the whole path may have quotes, and a kept parse has that of an earlier
  checkout.
-#}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
    {%- set sql = "copy " ~ this.render() ~ " from '" ~ model["original_file_path"] ~ "' (format csv, header)" -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{%- endmacro %}

{#- How many raw files a folder has; null where the engine itself says that there is none. -#}
{% macro raw_file_count(folder) -%} {{ return(adapter.dispatch("raw_file_count")(folder)) }} {%- endmacro %}

{% macro default__raw_file_count(folder) -%}
    select count(*) from glob('{{ escaped_path(folder) }}/*/*/*.parquet')
{%- endmacro %}

{% macro spark__raw_file_count(folder) -%} select null {%- endmacro %}

{#- Spark's name of a type that contracts and seeds name in DuckDB's words. -#}
{% macro spark_type(name) -%}
    {{ return({"varchar": "string", "timestamp": "timestamp_ntz"}.get(name, name)) }}
{%- endmacro %}

{% macro spark__get_empty_schema_sql(columns) -%}
    select
        {% for column in columns.values() -%}
            cast(null as {{ spark_type(column["data_type"]) }}) as {{ column["name"] }}{{ ", " if not loop.last }}
        {%- endfor %}
    limit 0
{%- endmacro %}

{#- Every table of a run lies in the folder of that run, whatever catalogue the session has. -#}
{% macro spark__location_clause() -%}
    location {{ string_literal(escape_single_quotes(table_folder(this))) }}
{%- endmacro %}

{% macro table_folder(relation) -%}
    {{ return(env_var("BILATERAL_TABLES") ~ "/" ~ relation.schema ~ "/" ~ relation.identifier) }}
{%- endmacro %}

{#- dbt-spark would write numbers as floats, and an empty value as the text None. -#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model.config.get("column_types", {}) -%}
    {%- set columns, rows = [], [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do columns.append("cast(" ~ name ~ " as " ~ spark_type(types.get(name, "varchar")) ~ ") as " ~ name) -%}
    {%- endfor -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}
            {%- do values.append("null" if value is none else string_literal(escape_single_quotes(value | string))) -%}
        {%- endfor -%}
        {%- do rows.append("(" ~ values | join(", ") ~ ")") -%}
    {%- endfor -%}
    {%- set seed = rows | join(", ") ~ " as seed(" ~ agate_table.column_names | join(", ") ~ ")" -%}
    {%- set made = "create table " ~ this.render() ~ " using parquet " ~ location_clause() -%}
    {%- call statement("make_seed") -%}
        {{ made ~ " as select " ~ columns | join(", ") ~ " from values " ~ seed }}
    {%- endcall -%}
    {{ return("") }}
{%- endmacro %}

{% macro spark__load_csv_rows(model, agate_table) -%} {{ return("") }} {%- endmacro %}

{#- The catalogue of a session ends with it: nobody reads a comment there. -#}
{% macro spark__comment_clause() -%} {%- endmacro %}
