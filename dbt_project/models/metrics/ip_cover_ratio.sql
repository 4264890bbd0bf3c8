with
    receipts as (select * from {{ ref("ip_receipts") }} where value is not null),
    payments as (select * from {{ ref("ip_payments") }} where value > 0)

select
    'ip_cover_ratio' as metric_id,
    'cover_ratio' as measure,
    receipts.area,
    receipts.counterpart_area,
    receipts.item,
    receipts.year,
    {{ no_base_year() }} as base_year,
    receipts.value / nullif(payments.value, 0) as value,
    'PN' as unit,
    {{ combined_status(["receipts.obs_status", "payments.obs_status"]) }} as obs_status,
    'derived' as basis,
    receipts.source,
    receipts.vintage,
    receipts.is_latest and payments.is_latest as is_latest
from receipts
inner join
    payments
    on receipts.source = payments.source
    and receipts.vintage = payments.vintage
    and receipts.area = payments.area
    and receipts.counterpart_area = payments.counterpart_area
    and receipts.item = payments.item
    and receipts.year = payments.year
