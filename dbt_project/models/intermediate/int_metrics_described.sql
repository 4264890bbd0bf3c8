{#-
  The metrics' own descriptions as rows: a claim that cannot be checked names the source that would bring the figure, and
  that is said in one place, the meta of the metric's .yml. The graph is known when the model is compiled for running.
-#}
{%- set described = [] -%}
{%- if execute -%}
    {%- for node in graph.nodes.values() if node.resource_type == "model" and node.path.startswith("metrics/") -%}
        {%- set fed_by = node.config.meta.get("fed_by", "") -%}
        {%- do described.append((node.name, fed_by if fed_by is string else fed_by | join(" or "))) -%}
    {%- endfor -%}
{%- endif -%}
with
    described as (
        {% for name, fed_by in described | sort %}
            select {{ string_literal(name) }} as metric_id, {{ string_literal(escape_single_quotes(fed_by)) }} as fed_by
            union all
        {% endfor %}
        select cast(null as {{ type_string() }}) as metric_id, cast(null as {{ type_string() }}) as fed_by
    )
select metric_id, fed_by
from described
where metric_id is not null
