{# Economies: countries and the European Union (World Bank) with a figure, as an economy or as a counterpart #}
with
figures as (
    select area, counterpart_area
    from metric_vintages
    where is_latest and value is not null and metric_id <> 'revisions'
),
held as (
    select area from figures
    union
    select counterpart_area from figures
)
select dim_area.area, dim_area.name
from dim_area
join held on dim_area.area = held.area
where dim_area.kind = 'country' or dim_area.area = 'WB_EUU'
order by dim_area.name
