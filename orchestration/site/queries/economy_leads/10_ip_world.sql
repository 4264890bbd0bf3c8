---
concept: receipts and payments with the world
---
select
    *,
    (select kind <> 'country' from dim_area where area = $area) as is_sum,
    place is null and year > coalesce(max(year) filter (where place is not null) over (partition by flow), 0) as is_later
from (
{% for flow, table in (("receipts", "ip_receipts"), ("payments", "ip_payments")) %}
    (
        select '{{ flow }}' as flow, placed.year, placed.value, placed.unit, placed.source, placed.place, placed.economies
        from ({{ ranked(table) }}) as placed
        where placed.area = $area
    )
    union all
    (
        select '{{ flow }}' as flow, year, value, unit, source, null::bigint as place, null::bigint as economies
        from (
            select figures.*, count(*) over (partition by source) as years
            from {{ table }}_all as figures
            where area = $area and counterpart_area = 'W00' and value is not null and obs_status <> 'U'
        ) as newest
        qualify row_number() over (order by year desc, years desc, source) = 1
    )
    {{ "union all" if not loop.last }}
{% endfor %}
) as figures
where value >= 0
order by flow = 'payments', place nulls last
