-- When did China overtake the United States in PCT applications?
--
-- By filing year (WIPO). Figures by publication year have another clock, about a year and a half later.
from (pivot pct_applications on area in ('USA' as united_states, 'CHN' as china) using max(value) group by year)
select year, united_states, china, china > united_states as china_ahead order by year
