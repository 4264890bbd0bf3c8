{#-
  The folder of raw files: BILATERAL_RAW_DIR, or that of the latest finished build. Read only when a query runs, so that
  a parse holds for every build.
-#}
{% macro raw_folder() -%}
    {{ return(env_var("BILATERAL_RAW_DIR", latest_raw_folder()) if execute else latest_raw_folder()) }}
{%- endmacro %}

{#- The folder that external_location in dbt_project.yml names. -#}
{% macro latest_raw_folder() -%} {{ return("../data/build/latest/raw") }} {%- endmacro %}

{#- dbt's own source(), reading from raw_folder(). In a unit test there is no folder to replace. -#}
{% macro source() -%}
    {%- set relation = builtins.source(*varargs) -%}
    {{ return(raw_relation(relation, raw_folder()) if execute else relation) }}
{%- endmacro %}

{#- Stops a plain `dbt build` or `dbt run` with one message where there are no raw files. -#}
{% macro require_raw_files() -%}
    {%- if execute and flags.WHICH in ("build", "run") -%}
        {%- set found = run_query(raw_file_count(raw_folder())) -%}
        {%- if found.columns[0].values()[0] == 0 -%}
            {{
                exceptions.raise_compiler_error(
                    "no raw files in " ~ raw_folder() ~ ". Run `make refresh` once in the root of the repository, "
                    ~ "or set BILATERAL_RAW_DIR to the raw folder of a build."
                )
            }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
