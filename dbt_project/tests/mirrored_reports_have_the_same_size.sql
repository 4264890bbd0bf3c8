-- Fault: one side of a pair was read in another unit, or exports and imports were swapped. Where both partners report
-- a flow of at least 100 million US dollars in one year, their latest reports differ by less than a factor of five.
-- Real asymmetries of services are large, but not that large.
select
    exports.reporter as exporter,
    exports.partner as importer,
    exports.item,
    exports.year,
    exports.source as exporter_source,
    imports.source as importer_source,
    exports.value as seen_by_exporter,
    imports.value as seen_by_importer
from {{ ref("fct_bilateral_services") }} as exports
inner join
    {{ ref("fct_bilateral_services") }} as imports
    on exports.reporter = imports.partner
    and exports.partner = imports.reporter
    and exports.item = imports.item
    and exports.year = imports.year
where
    exports.is_latest
    and imports.is_latest
    and exports.flow = 'X'
    and imports.flow = 'M'
    and greatest(exports.value, imports.value) >= 100000000
    and not exports.value between imports.value / 5 and imports.value * 5
