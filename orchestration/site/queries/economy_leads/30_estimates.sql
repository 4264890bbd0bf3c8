-- Concept: charges between two economies
with
flows as (
    select counterpart_area as payer, area as recipient, year, value, unit, source
    from bilateral_ip_charges
    where area = $area and counterpart_area <> 'W00' and item = 'SH' and basis = 'balanced' and value > 0
    union all
    select counterpart_area as payer, area as recipient, year, value, unit, source
    from bilateral_ip_charges
    where counterpart_area = $area and area <> 'W00' and item = 'SH' and basis = 'balanced' and value > 0
),
world as (
    select area from ip_receipts where area = $area and counterpart_area = 'W00' and value is not null
    union all
    select area from ip_payments where area = $area and counterpart_area = 'W00' and value is not null
)
select payer, recipient, year, value, unit, source
from flows
where (select count(*) from world) = 0
order by year desc, value desc, payer, recipient, source
limit 1
