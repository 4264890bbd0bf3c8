-- How much did the World Bank revise the receipts of the United States between its vintages?
--
-- as_of has the figures that were known on a day; a metric's own table has the newest. metric_vintages has every
-- vintage.
select year, round(old.value / 1e9, 2) as billion_usd_known_in_2018, round(new.value / 1e9, 2) as billion_usd_known_now
from as_of('ip_receipts', '2018-12-31') as old join ip_receipts as new using (area, year)
where area = 'USA' and year >= 2010 order by year
