-- When did China overtake the United States in PCT applications?
--
-- By filing year (WIPO). Figures by publication year have another clock, about a year and a half later.
select
    year,
    max(case when area = 'USA' then value end) as united_states,
    max(case when area = 'CHN' then value end) as china,
    china > united_states as china_ahead
from pct_applications
where measure = 'applications' and clock = 'filing_year' and area in ('USA', 'CHN')
group by year
order by year
