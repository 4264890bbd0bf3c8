-- Title: Applicants from the United States sought trademarks in China
select 'applications' as series, year, value, unit, obs_status, source, vintage
from synthetic_trademark_applications
where area = 'USA' and counterpart_area = 'CHN' and value is not null
order by year desc
limit 1
