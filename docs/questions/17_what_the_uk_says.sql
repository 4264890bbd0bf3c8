-- What does the UK say it gets from China?
--
-- Charges for the use of intellectual property that the Office for National Statistics reports as received from China:
-- the sum of four published quarters in pounds, and dollars at the year's average rate of the World Bank. Beside them
-- the balanced estimate of OECD and WTO of the same flow, which is no report.
select year, round(own.value_in_currency / 1e6) as million_pounds, basis, round(charges.value / 1e6) as million_usd
from bilateral_ip_charges_all as charges
left join fct_bilateral_services as own using (source, vintage, year, item, value)
where area = 'GBR' and counterpart_area = 'CHN' and item = 'SH' and year >= 2016 order by year, basis desc
