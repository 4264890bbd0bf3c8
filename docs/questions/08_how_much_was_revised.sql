-- How much did the World Bank revise the receipts of the United States between its vintages?
--
-- metric_vintages has every metric in every vintage; a metric's own table has the newest one only.
select
    year,
    max(case when vintage = '2018-08-01' then round(value / 1e9, 2) end) as billion_usd_2018_08,
    max(case when vintage = '2025-12-17' then round(value / 1e9, 2) end) as billion_usd_2025_12,
    max(case when vintage = '2026-07-01' then round(value / 1e9, 2) end) as billion_usd_2026_07
from metric_vintages
where metric_id = 'ip_receipts' and source = 'world_bank' and area = 'USA' and year between 2012 and 2025
group by year
order by year
