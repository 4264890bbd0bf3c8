-- Which large economies sell technology and which buy it?
--
-- Cover ratio: receipts over payments for the use of intellectual property. Only economies that paid more than 5
-- billion dollars in 2023.
select area_name as economy, round(paid.value / 1e9, 1) as payments_billion_usd, round(ratio.value, 2) as cover_ratio
from named_ip_payments as paid join ip_cover_ratio as ratio using (area, year)
where year = 2023 and paid.value > 5e9 order by cover_ratio desc, 1
