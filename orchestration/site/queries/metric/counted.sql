{# Counts: of the figures of each series, year and vintage #}
{% include "metric/_latest.sql" %}
select
    figures.* exclude (area, year, value, obs_status, vintage),
    figures.year,
    figures.vintage,
    count(*) as figures,
    count(figures.value) as valued,
    count(figures.value) filter (where dim_area.kind = 'country') as countries
from figures
left join dim_area on figures.area = dim_area.area
group by all
order by all
