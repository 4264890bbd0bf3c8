-- Title: China paid the United States for the use of intellectual property, as the United States reports
-- Concept: charges between two economies
-- Sentence: The newest report of what China paid the United States is of {year}: {value}.
-- If old: the live feed of the US Bureau of Economic Analysis would bring a later one.
select 'charges' as series, year, value, unit, obs_status, source, vintage
from bilateral_ip_charges
where area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and basis = 'reported' and value is not null
order by year desc, vintage desc
limit 1
