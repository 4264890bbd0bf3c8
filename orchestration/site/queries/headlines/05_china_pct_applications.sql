-- Title: Applicants from China filed international (PCT) patent applications, by filing year
-- Concept: international applications by origin
select 'PCT applications' as series, year, value, unit, obs_status, source, vintage
from pct_applications
where area = 'CHN' and measure = 'applications' and clock = 'filing_year' and value is not null
order by year desc, vintage desc
limit 1
