with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    flows as (
        select *
        from {{ ref("bilateral_services_balance") }}
        where
            item in ('SH', 'SJ1')
            and basis in ('reported', 'mirrored')
            and value is not null
            and area in (select area from countries)
    ),
    two_way as (
        select
            exports.area,
            exports.counterpart_area,
            exports.item,
            exports.year,
            exports.value as receipts,
            imports.value as payments,
            exports.obs_status as receipts_status,
            imports.obs_status as payments_status,
            exports.basis,
            exports.source,
            exports.vintage,
            exports.is_latest as receipts_are_latest,
            imports.is_latest as payments_are_latest
        from flows as exports
        inner join
            flows as imports
            on exports.source = imports.source
            and exports.vintage = imports.vintage
            and exports.basis = imports.basis
            and exports.area = imports.area
            and exports.counterpart_area = imports.counterpart_area
            and exports.item = imports.item
            and exports.year = imports.year
        where exports.measure = 'exports' and imports.measure = 'imports'
    ),
    -- both components, both ways, from one vintage: a missing component must not pass for one of zero
    together as (
        select
            charges.area,
            charges.counterpart_area,
            '_T' as item,
            charges.year,
            charges.receipts + research.receipts as receipts,
            charges.payments + research.payments as payments,
            {{ combined_status(["charges.receipts_status", "research.receipts_status"]) }} as receipts_status,
            {{ combined_status(["charges.payments_status", "research.payments_status"]) }} as payments_status,
            charges.basis,
            charges.source,
            charges.vintage,
            charges.receipts_are_latest and research.receipts_are_latest as receipts_are_latest,
            charges.payments_are_latest and research.payments_are_latest as payments_are_latest
        from two_way as charges
        inner join
            two_way as research
            on charges.source = research.source
            and charges.vintage = research.vintage
            and charges.basis = research.basis
            and charges.area = research.area
            and charges.counterpart_area = research.counterpart_area
            and charges.year = research.year
        where charges.item = 'SH' and research.item = 'SJ1'
    ),
    -- a measure of both flows is as certain and as late as the less certain and the earlier of them
    measured as (
        select
            *,
            'receipts' as measure,
            receipts as value,
            'USD' as unit,
            receipts_status as obs_status,
            receipts_are_latest as is_latest
        from together
        union all
        select
            *,
            'payments' as measure,
            payments as value,
            'USD' as unit,
            payments_status as obs_status,
            payments_are_latest as is_latest
        from together
        union all
        select
            *,
            'balance' as measure,
            receipts - payments as value,
            'USD' as unit,
            {{ combined_status(["receipts_status", "payments_status"]) }} as obs_status,
            receipts_are_latest and payments_are_latest as is_latest
        from together
        union all
        select
            *,
            'coverage_ratio' as measure,
            receipts / payments as value,
            'PN' as unit,
            {{ combined_status(["receipts_status", "payments_status"]) }} as obs_status,
            receipts_are_latest and payments_are_latest as is_latest
        from
            (
                select *
                from together
                union all
                select *
                from two_way
            ) as compared
        -- a zero may be a small amount, rounded
        where receipts > 0 and payments > 0
    )

    {{ metric("technology_balance", "measured", ["counterpart_area", "item"]) }}
