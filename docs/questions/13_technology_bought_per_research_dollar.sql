-- How much foreign technology does China buy for each dollar of its own research, beside the United States?
--
-- Payments for the use of intellectual property per dollar of research and development spending, both in current dollars.
select
    year,
    max(case when area = 'CHN' then round(value, 4) end) as china,
    max(case when area = 'USA' then round(value, 4) end) as united_states
from technology_upgrading
where measure = 'ip_payments_per_research_dollar' and area in ('CHN', 'USA') and year >= 2005
group by year
order by year
