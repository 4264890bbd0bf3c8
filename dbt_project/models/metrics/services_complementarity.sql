with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    -- the items that add up to all services; none of them is a part of another
    main_items as (select item from {{ ref("dim_service_item") }} where parent_item = 'S'),
    -- reports, and balanced values of the followed economies, whose basis keeps the two apart
    reports as (
        select 'derived' as basis, source, reporter, partner, flow, item, year, vintage, value, obs_status, is_latest
        from {{ ref("fct_bilateral_services") }}
        where reporter in (select area from countries) and value >= 0
        union all
        select 'balanced' as basis, source, reporter, partner, flow, item, year, vintage, value, obs_status, is_latest
        from {{ ref("int_balanced_services_by_reporter") }}
    ),
    two_way as (
        select
            exports.basis,
            exports.source,
            exports.reporter as area,
            exports.partner as counterpart_area,
            exports.item,
            exports.year,
            exports.vintage,
            exports.value as exported,
            imports.value as imported,
            {{ combined_status(["exports.obs_status", "imports.obs_status"]) }} as obs_status,
            {{ is_latest_of_one_vintage("exports", "imports", ["exports.basis", "exports.reporter", "exports.partner"]) }}
            as is_latest
        from reports as exports
        inner join
            reports as imports
            on exports.basis = imports.basis
            and exports.source = imports.source
            and exports.vintage = imports.vintage
            and exports.reporter = imports.reporter
            and exports.partner = imports.partner
            and exports.item = imports.item
            and exports.year = imports.year
        where exports.flow = 'X' and imports.flow = 'M'
    ),
    grubel_lloyd as (
        select
            'grubel_lloyd' as measure,
            area,
            counterpart_area,
            item,
            year,
            1 - abs(exported - imported) / nullif(exported + imported, 0) as value,
            obs_status,
            basis,
            source,
            vintage,
            is_latest
        from two_way
    ),
    over_main_items as (
        select
            basis,
            source,
            area,
            counterpart_area,
            year,
            vintage,
            min(cast(is_latest as integer)) = 1 as is_latest,
            {{ combined_status_of_rows("obs_status") }} as obs_status,
            {{ exact_sum("exported") }} as exported,
            {{ exact_sum("imported") }} as imported,
            {{ exact_sum("abs(exported - imported)") }} as unmatched
        from two_way
        where item in (select item from main_items)
        group by basis, source, area, counterpart_area, year, vintage
    ),
    -- how much of all services the known items hold; below 95 percent of either flow the index is of low reliability
    grubel_lloyd_total as (
        select
            'grubel_lloyd' as measure,
            known.area,
            known.counterpart_area,
            '_T' as item,
            known.year,
            1 - known.unmatched / nullif(known.exported + known.imported, 0) as value,
            case
                when
                    known.exported >= 0.95e0 * all_services.exported
                    and known.imported >= 0.95e0 * all_services.imported
                then known.obs_status
                else 'U'
            end as obs_status,
            known.basis,
            known.source,
            known.vintage,
            known.is_latest
        from over_main_items as known
        left join
            two_way as all_services
            on known.basis = all_services.basis
            and known.source = all_services.source
            and known.vintage = all_services.vintage
            and known.area = all_services.area
            and known.counterpart_area = all_services.counterpart_area
            and known.year = all_services.year
            and all_services.item = 'S'
        -- which items of a partner are published balanced is a choice of this warehouse, so that a part of them is no
        -- index
        where
            known.basis <> 'balanced'
            or (known.exported >= 0.95e0 * all_services.exported and known.imported >= 0.95e0 * all_services.imported)
    ),
    with_the_world as (
        select
            reports.basis,
            reports.source,
            reports.reporter as area,
            reports.flow,
            reports.item,
            reports.year,
            reports.vintage,
            reports.value,
            reports.obs_status,
            reports.is_latest
        from reports
        where reports.partner = 'W00'
    ),
    complete as (
        select
            parts.basis,
            parts.source,
            parts.area,
            parts.flow,
            parts.year,
            parts.vintage,
            min(cast(parts.is_latest as integer)) = 1 as is_latest,
            {{ combined_status_of_rows("parts.obs_status") }} as obs_status,
            {{ exact_sum("parts.value") }} as value
        from with_the_world as parts
        inner join
            with_the_world as total
            on parts.basis = total.basis
            and parts.source = total.source
            and parts.vintage = total.vintage
            and parts.area = total.area
            and parts.flow = total.flow
            and parts.year = total.year
        where parts.item in (select item from main_items) and total.item = 'S'
        group by parts.basis, parts.source, parts.area, parts.flow, parts.year, parts.vintage, total.value
        -- a missing item must not pass for an item of zero
        having {{ exact_sum("parts.value") }} >= 0.95e0 * total.value and {{ exact_sum("parts.value") }} > 0
    ),
    structure as (
        select
            complete.basis,
            complete.source,
            complete.area,
            complete.flow,
            parts.item,
            complete.year,
            complete.vintage,
            complete.is_latest,
            complete.obs_status,
            parts.value / nullif(complete.value, 0) as share
        from complete
        inner join
            with_the_world as parts
            on complete.basis = parts.basis
            and complete.source = parts.source
            and complete.vintage = parts.vintage
            and complete.area = parts.area
            and complete.flow = parts.flow
            and complete.year = parts.year
        where parts.item in (select item from main_items)
    ),
    sellers as (select * from structure where flow = 'X'),
    buyers as (select * from structure where flow = 'M'),
    -- both structures sum to one, so that half the sum of their differences is one less the sum of the smaller shares
    trade_complementarity as (
        select
            'trade_complementarity' as measure,
            sellers.area,
            buyers.area as counterpart_area,
            '_T' as item,
            sellers.year,
            100 * {{ exact_sum("least(sellers.share, buyers.share)", digits=18) }} as value,
            {{ combined_status(["sellers.obs_status", "buyers.obs_status"]) }} as obs_status,
            sellers.basis,
            sellers.source,
            sellers.vintage,
            sellers.is_latest and buyers.is_latest as is_latest
        from sellers
        inner join
            buyers
            on sellers.basis = buyers.basis
            and sellers.source = buyers.source
            and sellers.vintage = buyers.vintage
            and sellers.year = buyers.year
            and sellers.item = buyers.item
            and sellers.area <> buyers.area
        group by
            sellers.area,
            buyers.area,
            sellers.year,
            sellers.basis,
            sellers.source,
            sellers.vintage,
            sellers.obs_status,
            buyers.obs_status,
            sellers.is_latest and buyers.is_latest
    ),
    receipts_per_export as (
        select
            receipts.source,
            receipts.area,
            receipts.year,
            receipts.vintage,
            receipts.value / exports.value as value,
            {{ combined_status(["receipts.obs_status", "exports.obs_status"]) }} as obs_status,
            {{ is_latest_of_one_vintage("receipts", "exports") }} as is_latest
        from {{ ref("fct_indicator") }} as receipts
        inner join
            {{ ref("int_gdp_shares_converted") }} as exports
            on receipts.source = exports.source
            and receipts.vintage = exports.vintage
            and receipts.area = exports.area
            and receipts.year = exports.year
        where
            receipts.indicator = 'ip_receipts'
            and receipts.item = 'SH'
            and receipts.value > 0
            and exports.share_indicator = 'exports_share_of_gdp'
    ),
    revealed_advantage as (
        select
            'revealed_comparative_advantage' as measure,
            own.area,
            world.area as counterpart_area,
            'SH' as item,
            own.year,
            own.value / nullif(world.value, 0) as value,
            {{ combined_status(["own.obs_status", "world.obs_status"]) }} as obs_status,
            'derived' as basis,
            own.source,
            own.vintage,
            own.is_latest and world.is_latest as is_latest
        from receipts_per_export as own
        inner join
            receipts_per_export as world
            on own.source = world.source
            and own.vintage = world.vintage
            and own.year = world.year
        where world.area = 'W00' and own.area <> 'W00'
    ),
    figures as (
        select *
        from grubel_lloyd
        union all
        select *
        from grubel_lloyd_total
        union all
        select *
        from trade_complementarity
        union all
        select *
        from revealed_advantage
    )

    {{ metric("services_complementarity", "figures", ["counterpart_area", "item"], unit="PN", where="value is not null") }}
