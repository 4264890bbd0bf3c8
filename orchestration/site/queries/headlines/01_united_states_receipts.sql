-- Title: The world paid the United States for the use of intellectual property
-- Concept: receipts from the world
-- Sentence: The world paid the United States {value} for the use of intellectual property in {year}.
select 'receipts' as series, year, value, unit, obs_status, source, vintage
from ip_receipts
where area = 'USA' and counterpart_area = 'W00' and source = 'world_bank' and value is not null
order by year desc
limit 1
