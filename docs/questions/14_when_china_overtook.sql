-- When did China overtake the United States in PCT applications?
--
-- By filing year (WIPO). Figures by publication year have another clock, about a year and a half later.
from (pivot (select year, area, value from preferred('pct_applications') where measure = 'applications' and
    clock = 'filing_year') on area in ('USA' as united_states, 'CHN' as china) using max(value))
select year, united_states, china, china > united_states as china_ahead order by year
