-- What do the United States and China pay each other for the use of intellectual property, year by year?
--
-- Both directions as the United States report them to the WTO, in the one vintage of this release. The last column says
-- how many dollars went to the United States for each dollar that went to China.
select year, max(value) filter (area = 'USA') / 1e6 as china_paid_million_usd, max(value) filter (area = 'CHN') / 1e6
    as united_states_paid_million_usd, round(china_paid_million_usd / united_states_paid_million_usd, 1) as ratio
from bilateral_ip_charges_all where item = 'SH' and source = 'wto' and area in ('USA', 'CHN')
group by year order by year
