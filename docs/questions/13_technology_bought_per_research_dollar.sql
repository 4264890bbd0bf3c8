-- How much foreign technology does China buy for each dollar of its own research, beside the United States?
--
-- Payments for the use of intellectual property per dollar of research and development spending, both in current
-- dollars.
pivot (select year, area, round(value, 4) as dollars from technology_upgrading_all
    where measure = 'ip_payments_per_research_dollar' and year >= 2005)
on area in ('CHN' as china, 'USA' as united_states) using max(dollars) order by year
