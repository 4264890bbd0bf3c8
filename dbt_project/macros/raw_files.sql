{#- Stops a plain `dbt build`, `run` or `seed` with one message where there are no raw files yet; see profiles.yml. -#}
{% macro require_raw_files() -%}
    {%- set folder = env_var("BILATERAL_RAW_DIR", "../data/build/latest/raw") -%}
    {%- if execute and flags.WHICH in ("build", "run") -%}
        {%- set found = run_query("select count(*) from glob('" ~ folder ~ "/*/*/*.parquet')") -%}
        {%- if not found.columns[0].values()[0] -%}
            {{
                exceptions.raise_compiler_error(
                    "no raw files in " ~ folder ~ ". Run `make refresh` once in the root of the repository, "
                    ~ "or set BILATERAL_RAW_DIR to the raw folder of a build."
                )
            }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
