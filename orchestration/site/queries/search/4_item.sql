with
counts as (
    select item, metric_id, count(*) as figures
    from metric_vintages
    where is_latest and value is not null and item <> '_T'
    group by all
)
select
    item,
    any_value(name) || ' (' || item || ')',
    list('metrics/' || metric_id || '.html#item=' || item order by figures desc, metric_id),
    [item]
from counts
join dim_service_item using (item)
group by item
order by item
