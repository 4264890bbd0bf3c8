{#-
  Official errors, corrected by the files in data/corrections where the staging models of a shape are unioned. Which
  corrections there are is data; the publisher's own figure stays beside the corrected one.
-#}
{#-
  The columns of a row that name it within its vintage, as one text: name=value, in alphabetical order, joined by |.
  orchestration/catalog/correction_files.py writes the same.
-#}
{% macro row_key(columns, relation) -%}
    {%- for column in columns | sort -%}
        '{{ "|" if not loop.first }}{{ column }}=' || cast({{ relation }}.{{ column }} as {{ type_string() }})
        {%- if not loop.last %} || {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
  All rows of every model whose name ends with the suffix, with their figures corrected: value is the corrected one,
  published_value the publisher's where they differ, and correction_id the mark, empty where nothing was corrected.

  Arguments: suffix, columns (the columns before value, but for source and vintage, name a row within its vintage).
-#}
{% macro union_corrected(suffix, columns) -%}
    {%- set names = models_ending(suffix) -%}
    {%- if execute and not names -%}
        {{ exceptions.raise_compiler_error("no model has a name that ends with " ~ suffix) }}
    {%- endif -%}
    {%- set keys = [] -%}
    {%- for column in columns[: columns.index("value")] if column not in ("source", "vintage") -%}
        {%- do keys.append(column) -%}
    {%- endfor -%}
    {%- for name in names %}
        select
            {%- for column in columns %}
                {% if column == "value" -%} coalesce(corrections.value, staged.value) as value,
                {%- else -%} staged.{{ column }} as {{ column }},
                {%- endif -%}
            {%- endfor %}
            case when corrections.correction_id is not null then staged.value end as published_value,
            corrections.correction_id
        from {{ ref(name) }} as staged
        left join
            (select * from {{ ref("stg_catalogue__corrections") }} where table_name = '{{ name }}') as corrections
            on {{ row_key(keys, "staged") }} = corrections.row_key
            and staged.vintage between corrections.first_vintage and corrections.last_vintage
        {%- if not loop.last %}
            union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
  The models that union the staging models of one shape by union_corrected: int_<shape>_unioned, where a staging model
  ends with __<shape>. A union whose rows cannot be corrected takes another verb.
-#}
{% macro corrected_unions() -%}
    {%- set found = [] -%}
    {%- for name in models_ending("_unioned") if name.startswith("int_") and models_ending(name | replace("int_", "__", 1) | replace("_unioned", "", 1)) -%}
        {%- do found.append(name) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
