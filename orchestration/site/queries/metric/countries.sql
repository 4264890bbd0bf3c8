{# Countries: those with a figure at either end #}
{% include "metric/_latest.sql" %}
select distinct ends.area
from (select unnest([area, counterpart_area]) as area from figures where value is not null) as ends
semi join (select area from dim_area where kind = 'country') as countries on ends.area = countries.area
order by all
