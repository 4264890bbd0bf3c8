with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    reports as (
        select
            source,
            reporter,
            partner,
            flow,
            item,
            year,
            vintage,
            value,
            obs_status,
            is_latest,
            {{ superseded_on(["source", "reporter", "partner", "flow", "item", "year"]) }} as superseded_on
        from {{ ref("fct_bilateral_services") }}
        where
            reporter in (select area from countries)
            and partner in (select area from countries)
            -- a printed bound does not replace a figure
            and not (obs_status = 'L' and value is null and coalesce(value_lower, value_upper) is not null)
    ),
    exports as (select *, reporter as exporter, partner as importer from reports where flow = 'X' and value > 0),
    imports as (select *, partner as exporter, reporter as importer from reports where flow = 'M' and value > 0),
    same_source as (
        select
            exports.exporter as area,
            exports.importer as counterpart_area,
            exports.item,
            exports.year,
            exports.value as exported,
            imports.value as imported,
            {{ combined_status(["exports.obs_status", "imports.obs_status"]) }} as obs_status,
            exports.source,
            exports.vintage,
            exports.is_latest and imports.is_latest as is_latest
        from exports
        inner join
            imports
            on exports.source = imports.source
            and exports.vintage = imports.vintage
            and exports.exporter = imports.exporter
            and exports.importer = imports.importer
            and exports.item = imports.item
            and exports.year = imports.year
    ),
    -- two publishers are compared only where neither of them holds both reports; a figure counts until its next vintage
    across_sources as (
        select
            exports.exporter as area,
            exports.importer as counterpart_area,
            exports.item,
            exports.year,
            exports.value as exported,
            imports.value as imported,
            {{ combined_status(["exports.obs_status", "imports.obs_status"]) }} as obs_status,
            {{ combined_source("exports.source", "imports.source") }} as source,
            greatest(exports.vintage, imports.vintage) as vintage,
            exports.is_latest and imports.is_latest as is_latest
        from exports
        inner join
            imports
            on exports.source <> imports.source
            and exports.exporter = imports.exporter
            and exports.importer = imports.importer
            and exports.item = imports.item
            and exports.year = imports.year
            and {{ current_together("exports", "imports") }}
        where
            not exists (
                select 1
                from same_source
                where
                    same_source.source in (exports.source, imports.source)
                    and same_source.area = exports.exporter
                    and same_source.counterpart_area = exports.importer
                    and same_source.item = exports.item
                    and same_source.year = exports.year
            )
    ),
    -- what the whole world receives, the whole world pays
    world as (
        select
            receipts.area,
            receipts.area as counterpart_area,
            receipts.item,
            receipts.year,
            receipts.value as exported,
            payments.value as imported,
            {{ combined_status(["receipts.obs_status", "payments.obs_status"]) }} as obs_status,
            receipts.source,
            receipts.vintage,
            {{ is_latest_of_one_vintage("receipts", "payments") }} as is_latest
        from {{ ref("ip_receipts") }} as receipts
        inner join
            {{ ref("ip_payments") }} as payments
            on receipts.source = payments.source
            and receipts.vintage = payments.vintage
            and receipts.area = payments.area
            and receipts.item = payments.item
            and receipts.year = payments.year
        where receipts.area = 'W00' and receipts.value > 0 and payments.value > 0
    ),
    pairs as (
        select *
        from same_source
        union all
        select *
        from across_sources
        union all
        select *
        from world
    ),
    measured as (
        select *, 'difference' as measure, exported - imported as value, 'USD' as unit
        from pairs
        union all
        select
            *,
            'relative_difference' as measure,
            100 * (exported - imported) / nullif((exported + imported) / 2, 0) as value,
            'PT' as unit
        from pairs
        union all
        select *, 'log_ratio' as measure, ln(exported / nullif(imported, 0)) as value, 'PN' as unit
        from pairs
    )

    {{ metric("mirror_asymmetry", "measured", ["counterpart_area", "item"], basis="derived") }}
