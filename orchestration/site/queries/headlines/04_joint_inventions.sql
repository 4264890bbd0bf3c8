-- Title: The United States granted patents invented jointly in the United States and China, newest complete year
-- Concept: joint inventions
select 'joint inventions' as series, year, value, unit, obs_status, source, vintage
from co_inventions
where
    area = 'USA'
    and counterpart_area = 'CHN'
    and item = '_T'
    and measure = 'whole_count'
    and clock = 'grant_year'
    and authority = 'US50'
    and obs_status <> 'P'
    and value is not null
order by year desc, vintage desc
limit 1
