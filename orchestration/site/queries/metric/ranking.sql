{# Ranking: of economies, then all other areas without ranks #}
select
    case
        when dim_area.kind = 'country' and figures.value is not null
        then rank() over (partition by dim_area.kind order by figures.value desc nulls last)
    end as rank,
    figures.area,
    dim_area.name,
    dim_area.kind,
    figures.value,
    figures.unit,
    figures.obs_status,
    figures.source,
    figures.vintage
from {{ table }} as figures
join dim_area on figures.area = dim_area.area
where
    figures.year = {{ view.year }}
{% for column, code in view.selection.items() if code is not none or column != "vintage" %}
    and figures.{{ column }} {{ "is null" if code is none else "= " ~ literal(code) }}
{% endfor %}
order by dim_area.kind <> 'country', figures.value desc nulls last, dim_area.name
