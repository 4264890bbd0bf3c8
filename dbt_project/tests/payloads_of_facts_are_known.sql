{%- set facts = [] %}
{%- for name in models_starting("fct_") %}
    {#- ref() of every fact, so that dbt knows the edge when it parses; the columns are known when it runs -#}
    {%- set fact = ref(name) %}
    {%- set columns = graph.nodes["model." ~ project_name ~ "." ~ name].columns if execute else {} %}
    {%- if "source" in columns and "payload_sha256" in columns %} {%- do facts.append(fact) %} {%- endif %}
{%- endfor %}
with
    facts as (
        {%- for fact in facts %}
            select distinct source, payload_sha256
            from {{ fact }}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    )

select facts.source, facts.payload_sha256
from facts
left join
    {{ ref("dim_payload") }} as payloads
    on facts.source = payloads.source
    and facts.payload_sha256 = payloads.payload_sha256
where payloads.payload_sha256 is null
