with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    -- a source with a single reporter is that reporter's own publisher, or was asked for it; collections republish
    -- later
    own as (select source from {{ ref("fct_bilateral_services") }} group by source having count(distinct reporter) = 1),
    latest as (
        select
            source,
            reporter,
            partner,
            flow,
            item,
            year,
            vintage,
            value,
            unit,
            obs_status,
            -- a figure before a mark without one, a report before an estimate, the reporter's own publisher, then the
            -- newest
            row_number() over (
                partition by reporter, partner, flow, item, year
                order by
                    case when value is null then 2 when obs_status = 'E' then 1 else 0 end nulls last,
                    case when source in (select source from own) then 0 else 1 end nulls last,
                    vintage desc nulls last,
                    source nulls last
            ) as place
        from {{ ref("fct_bilateral_services") }}
        where
            is_latest
            and reporter <> partner
            and reporter in (select area from countries)
            and partner in (select area from countries)
    ),
    exports as (select *, reporter as exporter, partner as importer from latest where flow = 'X' and place = 1),
    imports as (select *, partner as exporter, reporter as importer from latest where flow = 'M' and place = 1),
    paired as (
        select
            coalesce(exports.exporter, imports.exporter) as exporter,
            coalesce(exports.importer, imports.importer) as importer,
            coalesce(exports.item, imports.item) as item,
            coalesce(exports.year, imports.year) as year,
            coalesce(exports.unit, imports.unit) as unit,
            exports.value as export_report,
            imports.value as import_report,
            exports.source as export_source,
            imports.source as import_source,
            exports.vintage as export_vintage,
            imports.vintage as import_vintage,
            exports.obs_status as export_status,
            imports.obs_status as import_status
        from exports
        full outer join
            imports
            on exports.exporter = imports.exporter
            and exports.importer = imports.importer
            and exports.item = imports.item
            and exports.year = imports.year
            and exports.unit = imports.unit
    )

select
    *,
    case when export_report is null then 0 else 1 end
    + case when import_report is null then 0 else 1 end as reports_held,
    -- windows of five years: 2015 to 2019, 2020 to 2024
    year - year % 5 as window_start,
    year - year % 5 + 4 as window_end,
    ln(case when export_report > 0 and import_report > 0 then export_report / import_report end) as asymmetry,
    -- an estimate of the publisher is no evidence about the reporter
    coalesce(
        export_report > 0
        and import_report > 0
        and export_status in ('A', 'P', 'U')
        and import_status in ('A', 'P', 'U'),
        false
    ) as is_pair
from paired
