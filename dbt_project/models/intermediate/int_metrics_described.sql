{#-
  The metrics' own descriptions as rows: a claim that cannot be checked names the source that would bring the figure,
  and that is said in one place, the meta of the metric's .yml. The graph is known when the model is compiled for
  running.
-#}
{%- set described = [] -%}
{%- if execute -%}
    {%- for node in graph.nodes.values() if node.resource_type == "model" and node.path.startswith("metrics/") -%}
        {%- set sources = node.config.meta.get("sources", "") -%}
        {%- do described.append((node.name, sources if sources is string else sources | join(" or "))) -%}
    {%- endfor -%}
{%- endif -%}
with
    described as (
        {% for name, sources in described | sort %}
            select
                {{ string_literal(name) }} as metric_id, {{ string_literal(escape_single_quotes(sources)) }} as sources
            union all
        {% endfor %}
        select cast(null as {{ type_string() }}) as metric_id, cast(null as {{ type_string() }}) as sources
    )
select metric_id, sources
from described
where metric_id is not null
