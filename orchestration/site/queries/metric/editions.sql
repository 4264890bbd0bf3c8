{# Editions: a row where a series has several figures of one year; hashes first, since all keys take many times the
memory #}
{% set key = "measure, area, counterpart_area, item, clock, authority, base_year, source, basis, unit, year" %}
with
latest as (
    select *, hash({{ key }}) as hash_of_key from metric_vintages where is_latest and metric_id = {{ literal(metric) }}
)
select 1
from latest
where hash_of_key in (select hash_of_key from latest group by hash_of_key having count(*) > 1)
group by {{ key }}
having count(*) > 1
limit 1
