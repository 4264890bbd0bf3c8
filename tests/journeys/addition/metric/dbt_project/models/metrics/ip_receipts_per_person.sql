with
    receipts as (
        select *
        from {{ ref("fct_indicator") }}
        where indicator = 'ip_receipts' and source = 'world_bank' and value is not null
    ),
    people as (
        select * from {{ ref("fct_indicator") }} where indicator = 'population' and source = 'world_bank' and value > 0
    ),
    rates as (
        select
            receipts.area,
            receipts.item,
            receipts.year,
            receipts.value / people.value as value,
            {{ combined_status(["receipts.obs_status", "people.obs_status"]) }} as obs_status,
            receipts.source,
            receipts.vintage,
            receipts.is_latest and people.is_latest as is_latest
        from receipts
        inner join
            people on receipts.vintage = people.vintage and receipts.area = people.area and receipts.year = people.year
    )

    {{
    metric(
        "ip_receipts_per_person",
        "rates",
        ["item"],
        measure="receipts_per_person",
        unit="USD_PS",
        basis="derived",
    )
}}
