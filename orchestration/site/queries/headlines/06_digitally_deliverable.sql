-- Title: Digitally deliverable services made up this share of world exports of goods and services
-- Concept: digital share of exports
select 'share of exports' as series, year, value, unit, obs_status, source, vintage
from digital_share_of_trade
where area = 'W00' and measure = 'deliverable_share_of_exports' and value is not null and obs_status <> 'U'
order by year desc, vintage desc
limit 1
