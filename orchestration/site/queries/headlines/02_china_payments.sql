-- Title: China paid the world for the use of intellectual property
-- Concept: payments to the world
-- Sentence: China paid the world {value} in {year}.
select 'payments' as series, year, value, unit, obs_status, source, vintage
from ip_payments
where area = 'CHN' and counterpart_area = 'W00' and source = 'world_bank' and value is not null
order by year desc
limit 1
