with
    flows as (
        select *
        from {{ ref("bilateral_services_balance") }}
        where
            measure in ('exports', 'imports')
            and item in ('SH', 'SJ1')
            and basis in ('reported', 'mirrored')
            and value is not null
    ),
    two_way as (
        select
            exports.area,
            exports.counterpart_area,
            exports.item,
            exports.year,
            exports.value as receipts,
            imports.value as payments,
            {{ combined_status(["exports.obs_status", "imports.obs_status"]) }} as obs_status,
            exports.basis,
            exports.source,
            exports.vintage,
            exports.is_latest and imports.is_latest as is_latest
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
            {{ combined_status(["charges.obs_status", "research.obs_status"]) }} as obs_status,
            charges.basis,
            charges.source,
            charges.vintage,
            charges.is_latest and research.is_latest as is_latest
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
    measured as (
        select 'receipts' as measure, receipts as value, 'USD' as unit, together.*
        from together
        union all
        select 'payments' as measure, payments as value, 'USD' as unit, together.*
        from together
        union all
        select 'balance' as measure, receipts - payments as value, 'USD' as unit, together.*
        from together
        union all
        select 'coverage_ratio' as measure, receipts / payments as value, 'PN' as unit, together.*
        from together
        where payments > 0
        union all
        select 'coverage_ratio' as measure, receipts / payments as value, 'PN' as unit, two_way.*
        from two_way
        where payments > 0
    )

    {{ metric("technology_balance", "measured", ["counterpart_area", "item"]) }}
