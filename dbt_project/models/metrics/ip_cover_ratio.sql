with
    receipts as (select * from {{ ref("ip_receipts") }} where value is not null),
    payments as (select * from {{ ref("ip_payments") }} where value > 0),
    ratios as (
        select
            receipts.area,
            receipts.item,
            receipts.year,
            receipts.value / payments.value as value,
            {{ combined_status(["receipts.obs_status", "payments.obs_status"]) }} as obs_status,
            receipts.source,
            receipts.vintage,
            {{ is_latest_of_one_vintage("receipts", "payments") }} as is_latest
        from receipts
        inner join
            payments
            on receipts.source = payments.source
            and receipts.vintage = payments.vintage
            and receipts.area = payments.area
            and receipts.item = payments.item
            and receipts.year = payments.year
    )

    {{ metric("ip_cover_ratio", "ratios", ["item"], measure="cover_ratio", unit="PN", basis="derived") }}
