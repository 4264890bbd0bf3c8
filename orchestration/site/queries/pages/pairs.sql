-- Pairs: of countries and the European Union of each publisher, with a figure between the two, most figures first
with
economies as (select area, name from dim_area where kind = 'country' or regexp_matches(area, '_EU$|_EU2[78]')),
pairs as (
    select
        least(area, counterpart_area) as area,
        greatest(area, counterpart_area) as counterpart,
        count(*) as figures,
        count(*) filter (where basis <> 'balanced') as reports
    from metric_vintages
    where
        is_latest and value is not null and area <> counterpart_area and metric_id <> 'revisions'
    group by 1, 2
    having bool_or(metric_id not in {{ without_pair_pages }})
)
select economy.area, economy.name, partner.area, partner.name, pairs.figures, pairs.reports
from pairs
join economies as economy on pairs.area = economy.area
join economies as partner on pairs.counterpart = partner.area
order by pairs.figures desc, economy.area, partner.area
