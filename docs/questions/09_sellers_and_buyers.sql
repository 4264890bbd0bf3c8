-- Which large economies sell technology and which buy it?
--
-- Cover ratio: receipts over payments for the use of intellectual property. Only economies that paid more than 5 billion dollars in 2023.
select
    area.name as economy,
    round(receipts.value / 1e9, 1) as receipts_billion_usd,
    round(payments.value / 1e9, 1) as payments_billion_usd,
    round(ratio.value, 2) as cover_ratio
from ip_cover_ratio as ratio
join
    ip_receipts as receipts
    on receipts.area = ratio.area
    and receipts.year = ratio.year
    and receipts.source = ratio.source
join
    ip_payments as payments
    on payments.area = ratio.area
    and payments.year = ratio.year
    and payments.source = ratio.source
join dim_area as area on ratio.area = area.area and area.kind = 'country'
where ratio.source = 'world_bank' and ratio.year = 2023 and payments.value > 5e9
order by cover_ratio desc
