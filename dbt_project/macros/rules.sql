{#- What breaks the rules of a table, as one query; the rules are in its .yml, under `config: meta: rules:`. -#}
{#-
  One row for each rule that does not hold. Without tables, the rules that read this table alone, else those that look
  something up in one of the tables. orchestration/transform/table_rules.py reads the queries of the rules back by their marks.
-#}
{% macro rules_broken(relation, tables) -%}
    {%- if execute -%}
        {%- set parts = [] -%}
        {%- for rule in rules_of(judged_table()) if (rule.arguments.to is defined) == (tables is not none) -%}
            {%- do parts.append(rule_part(parts | length + 1, rule, relation, tables)) -%}
        {%- endfor -%}
        {%- if not parts -%}
            {%- do exceptions.raise_compiler_error(model.attached_node ~ " states no rule that this test judges") -%}
        {%- endif -%}
        select *
        from ({{ parts | join("\nunion all\n") }}) as counted
        where failing_rows > 0
    {%- else -%}
        {#- dbt must see here what has_rows reads -#}
        {%- do source("catalogue", "as_of") -%}
    {%- endif -%}
{%- endmacro %}

{#- The node of the table that the test at work is attached to. -#}
{% macro judged_table() -%} {{ return(graph.nodes[model.attached_node]) }} {%- endmacro %}

{#-
  The rules of a table and then those of its columns, in the order of the file. The primary key of a contract is the first of
  them: no engine holds tables to it, Spark because Parquet knows none, DuckDB because it would hold the whole index in memory.
-#}
{% macro rules_of(table) -%}
    {%- set found = [] -%}
    {%- if key_of(table) -%}
        {%- do found.append(rule_as_stated({"unique_key": {"arguments": {"columns": key_of(table)}}}, none)) -%}
    {%- endif -%}
    {%- for stated in table.config.meta.rules or [] -%}
        {%- do found.append(rule_as_stated(stated, none)) -%}
    {%- endfor -%}
    {%- for column in table.columns.values() -%}
        {%- for stated in column.config.meta.rules or [] -%}
            {%- do found.append(rule_as_stated(stated, column.name)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The columns of the primary key that the contract of a table declares; none without a contract. -#}
{% macro key_of(table) -%}
    {%- set keys = table.constraints | selectattr("type", "equalto", "primary_key") | map(attribute="columns") | list -%}
    {{ return(keys[0] if keys and table.config.contract.enforced else []) }}
{%- endmacro %}

{#- A primary key that no test judges would be a promise that nobody keeps. -#}
{% macro require_judged_key(table) -%}
    {%- set judges = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == "test" and node.attached_node == table.unique_id and node.test_metadata.name == "rules_hold" -%}
        {%- do judges.append(node.name) -%}
    {%- endfor -%}
    {%- if key_of(table) and not judges -%}
        {%- do exceptions.raise_compiler_error(
            table.name ~ " declares a primary key, and no test judges it: name rules_hold in the data_tests of its .yml"
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- A rule as its kind, column, name, arguments and the rows that it judges. -#}
{% macro rule_as_stated(stated, column) -%}
    {%- set kind = stated if stated is string else (stated.keys() | list)[0] -%}
    {%- set details = {} if stated is string else stated[kind] -%}
    {%- set config = details.get("config", {}) -%}
    {%- set unknown = details.keys() | reject("in", ["name", "description", "arguments", "config"]) | list -%}
    {%- set settings = config.keys() | reject("equalto", "where") | list -%}
    {%- if "test_" ~ kind not in context -%}
        {%- do exceptions.raise_compiler_error("there is no generic test " ~ kind ~ ", which a rule names: " ~ stated) -%}
    {%- elif unknown or settings or (stated is not string and stated | length > 1) -%}
        {%- do exceptions.raise_compiler_error(
            "a rule has a name, a description, arguments and config.where; " ~ stated
            ~ " has something else. A rule that only warns is a data test of its own"
        ) -%}
    {%- endif -%}
    {{
        return(
            {
                "kind": kind,
                "column": column,
                "name": details.get("name"),
                "arguments": details.get("arguments", {}),
                "where": config.get("where"),
            }
        )
    }}
{%- endmacro %}

{#- One rule in the query of all: its number and name, and how many rows break it. -#}
{% macro rule_part(number, rule, relation, tables) -%}
    {%- set given = dict(rule.arguments) -%}
    {%- do given.update(
        {"model": "(select * from " ~ relation ~ " where " ~ rule.where ~ ") as judged" if rule.where else relation}
    ) -%}
    {%- if rule.column -%} {%- do given.update({"column_name": rule.column}) -%} {%- endif -%}
    {%- if rule.arguments.to is defined -%} {%- do given.update({"to": table_named(rule, tables)}) -%} {%- endif -%}
    {%- set about = [rule.column] if rule.column else rule.arguments.get("columns", []) -%}
    {%- set name = rule.name or ([rule.kind] + about) | join(" ") -%}
    -- rule {{ number }}: {{ name }}
    select {{ number }} as rule_number, {{ string_literal(name) }} as rule, count(*) as failing_rows
    from ({{ context["test_" ~ rule.kind](**given) | trim }}) as rule_{{ number }}
{%- endmacro %}

{#- The table that a rule looks codes up in, among those that its test names. -#}
{% macro table_named(rule, tables) -%}
    {%- set name = rule.arguments.to.split("'")[1] -%}
    {%- for table in tables if table.identifier == name -%} {{ return(table) }} {%- endfor -%}
    {%- do exceptions.raise_compiler_error(
        rule.kind ~ " of " ~ rule.column ~ " looks codes up in " ~ rule.arguments.to
        ~ ", which the tables of codes_are_known do not name"
    ) -%}
{%- endmacro %}
