-- Whose receipts for intellectual property grew fastest between 2013 and 2023?
--
-- Compound annual growth in percent, in current US dollars; economies that earned more than a billion dollars in 2023.
select area_name as economy, round(growth.value, 1) as percent_a_year
from named_ip_receipts_growth as growth join ip_receipts as earned using (area, year)
where year = 2023 and earned.value > 1e9 order by 2 desc, 1 limit 10
