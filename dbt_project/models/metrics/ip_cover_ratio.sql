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
            receipts.is_latest and payments.is_latest as are_latest,
            receipts.is_latest or payments.is_latest as has_latest
        from receipts
        inner join
            payments
            on receipts.source = payments.source
            and receipts.vintage = payments.vintage
            and receipts.area = payments.area
            and receipts.item = payments.item
            and receipts.year = payments.year
    ),
    -- while one side has a newer vintage than the other, the ratios of their newest common vintage stay the latest
    figures as (
        select
            *,
            are_latest
            or (
                has_latest and max(case when are_latest then 1 else 0 end) over (partition by source, year) = 0
            ) as is_latest
        from ratios
    )

    {{ metric("ip_cover_ratio", "figures", ["item"], measure="cover_ratio", unit="PN", basis="derived") }}
