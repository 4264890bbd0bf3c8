-- What do the United States and China pay each other for the use of intellectual property, year by year?
--
-- Both directions as the United States report them to the WTO, in the one vintage of this release. The last column says how many dollars
-- went to the United States for each dollar that went to China.
select
    to_usa.year,
    round(to_usa.value / 1e6) as china_paid_million_usd,
    round(to_china.value / 1e6) as united_states_paid_million_usd,
    round(to_usa.value / to_china.value, 1) as ratio,
    to_usa.vintage
from bilateral_ip_charges as to_usa
join
    bilateral_ip_charges as to_china
    on to_china.area = to_usa.counterpart_area
    and to_china.counterpart_area = to_usa.area
    and to_china.item = to_usa.item
    and to_china.year = to_usa.year
    and to_china.source = to_usa.source
where to_usa.area = 'USA' and to_usa.counterpart_area = 'CHN' and to_usa.item = 'SH' and to_usa.source = 'wto'
order by to_usa.year
