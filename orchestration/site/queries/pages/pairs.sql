-- Pairs: of countries with a figure between the two, most figures first
with
countries as (select area, name from dim_area where kind = 'country'),
pairs as (
    select
        least(area, counterpart_area) as area,
        greatest(area, counterpart_area) as counterpart,
        count(*) as figures,
        count(*) filter (where basis <> 'balanced') as reports
    from metric_vintages
    where
        is_latest and value is not null and area <> counterpart_area and metric_id not in {{ about_figures }}
    group by 1, 2
    having bool_or(metric_id not in {{ without_pair_pages }})
)
select economy.area, economy.name, partner.area, partner.name, pairs.figures, pairs.reports
from pairs
join countries as economy on pairs.area = economy.area
join countries as partner on pairs.counterpart = partner.area
order by pairs.figures desc, economy.area, partner.area
