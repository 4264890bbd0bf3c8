{# Ranking: of pairs of economies #}
select
    rank() over (order by figures.value desc nulls last) as rank,
    figures.area || '-' || figures.counterpart_area as area,
    economy.name || ' – ' || partner.name as name,
    'country' as kind,
    figures.value,
    figures.unit,
    figures.obs_status,
    figures.source,
    figures.vintage
from {{ table }} as figures
join dim_area as economy on figures.area = economy.area and economy.kind = 'country'
join dim_area as partner on figures.counterpart_area = partner.area and partner.kind = 'country'
where
    figures.year = {{ view.year }}
{% for column, code in view.selection.items() if code is not none or column != "vintage" %}
    and figures.{{ column }} {{ "is null" if code is none else "= " ~ literal(code) }}
{% endfor %}
    and figures.area {{ "<" if view.pairs == "mutual" else "<>" }} figures.counterpart_area
    and figures.value is not null
order by figures.value desc nulls last, name
