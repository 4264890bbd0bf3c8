-- Whose receipts for intellectual property grew fastest between 2013 and 2023?
--
-- Compound annual growth in percent, in current US dollars; economies that earned more than a billion dollars in 2023.
select
    area.name as economy,
    round(growth.value, 1) as percent_a_year,
    round(receipts.value / 1e9, 2) as billion_usd_2023
from ip_receipts_growth as growth
join
    ip_receipts as receipts
    on receipts.area = growth.area
    and receipts.year = growth.year
    and receipts.source = growth.source
join dim_area as area on growth.area = area.area and area.kind = 'country'
where
    growth.measure = 'compound_annual_growth'
    and growth.base_year = 2013
    and growth.year = 2023
    and growth.source = 'world_bank'
    and receipts.value > 1e9
order by growth.value desc
limit 10
