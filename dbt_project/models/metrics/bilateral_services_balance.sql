with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    reports as (
        select source, reporter, partner, flow, item, year, vintage, value, unit, obs_status, is_latest
        from {{ ref("fct_bilateral_services") }}
        where reporter in (select area from countries)
    ),
    views as (
        select
            *,
            reporter as area,
            partner as counterpart_area,
            'reported' as basis,
            case when flow = 'X' then 'exports' else 'imports' end as measure
        from reports
        union all
        -- what the reporter bought, its partner sold
        select
            *,
            partner as area,
            reporter as counterpart_area,
            'mirrored' as basis,
            case when flow = 'X' then 'imports' else 'exports' end as measure
        from reports
    ),
    flows as (
        select measure, area, counterpart_area, item, year, value, unit, obs_status, basis, source, vintage, is_latest
        from views
        union all
        -- one balanced flow is the exports of the one and the imports of the other
        select
            'exports' as measure,
            exporter as area,
            importer as counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'balanced' as basis,
            source,
            vintage,
            is_latest
        from {{ ref("fct_balanced_services") }}
        union all
        select
            'imports' as measure,
            importer as area,
            exporter as counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'balanced' as basis,
            source,
            vintage,
            is_latest
        from {{ ref("fct_balanced_services") }}
    ),
    balances as (
        select
            'balance' as measure,
            exports.area,
            exports.counterpart_area,
            exports.item,
            exports.year,
            exports.value - imports.value as value,
            exports.unit,
            {{ combined_status(["exports.obs_status", "imports.obs_status"]) }} as obs_status,
            exports.basis,
            exports.source,
            exports.vintage,
            {{ is_latest_of_one_vintage("exports", "imports", ["exports.basis", "exports.area", "exports.counterpart_area"]) }}
            as is_latest
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
        where
            exports.measure = 'exports'
            and imports.measure = 'imports'
            and exports.value is not null
            and imports.value is not null
    ),
    figures as (
        select *
        from flows
        union all
        select *
        from balances
    )

    {{ metric("bilateral_services_balance", "figures", ["counterpart_area", "item"]) }}
