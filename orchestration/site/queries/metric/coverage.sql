{# Coverage: the newest complete year of every series #}
select measure, item, counterpart_area, basis, source, clock, authority, years_of_growth, unit, year, economies
from fct_series_coverage
where metric_id = {{ literal(metric) }} and is_latest_complete
order by all
