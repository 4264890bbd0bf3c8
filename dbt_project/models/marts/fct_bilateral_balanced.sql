with
    editions as (
        select source, vintage, count(reported_value) > 0 as states_who_reported
        from {{ ref("int_balanced_services_gathered") }}
        group by source, vintage
    ),
    newest as (
        select editions.source, editions.vintage, editions.states_who_reported
        from editions
        inner join
            (select source, max(vintage) as vintage from editions group by source) as latest
            on editions.source = latest.source
            and editions.vintage = latest.vintage
    ),
    -- the flows that the warehouse reconciles, and no others
    ours as (
        select
            newest.source,
            newest.vintage,
            newest.states_who_reported,
            flows.exporter,
            flows.importer,
            flows.item,
            flows.year,
            flows.unit,
            flows.value,
            flows.method,
            flows.reports_held,
            greatest(flows.export_vintage, flows.import_vintage) as vintage_of_reports
        from {{ ref("fct_bilateral_reconciled") }} as flows
        cross join newest
        where flows.value is not null
    ),
    exports as (select * from {{ ref("int_balanced_services_gathered") }} where flow = 'X'),
    imports as (select * from {{ ref("int_balanced_services_gathered") }} where flow = 'M'),
    -- the exporter's row and the importer's row side by side: joins go to the disk where memory ends, texts of an
    -- aggregate do not
    flows as (
        select
            ours.source,
            ours.exporter,
            ours.importer,
            ours.item,
            ours.year,
            ours.unit,
            coalesce(exports.balanced_value, imports.balanced_value) as balanced_value,
            imports.balanced_value as balanced_value_from_imports,
            exports.reported_value as balanced_export_report,
            imports.reported_value as balanced_import_report,
            exports.final_value as balanced_export_estimate,
            imports.final_value as balanced_import_estimate,
            -- an edition without any reported value does not state who reported
            case
                when ours.states_who_reported
                then
                    cast(
                        (exports.reported_value is not null)::integer
                        + (imports.reported_value is not null)::integer as integer
                    )
            end as balanced_reports_held,
            ours.value as reconciled_value,
            ours.reports_held,
            ours.method,
            ours.vintage as balanced_vintage,
            ours.vintage_of_reports as reconciled_vintage,
            coalesce(exports.resource, imports.resource) as resource,
            coalesce(exports.payload_sha256, imports.payload_sha256) as payload_sha256,
            coalesce(exports.payload_pointer, imports.payload_pointer) as payload_pointer
        from ours
        left join
            exports
            on ours.source = exports.source
            and ours.vintage = exports.vintage
            and ours.exporter = exports.reporter
            and ours.importer = exports.partner
            and ours.item = exports.item
            and ours.year = exports.year
            and ours.unit = exports.unit
        left join
            imports
            on ours.source = imports.source
            and ours.vintage = imports.vintage
            and ours.exporter = imports.partner
            and ours.importer = imports.reporter
            and ours.item = imports.item
            and ours.year = imports.year
            and ours.unit = imports.unit
        where exports.source is not null or imports.source is not null
    )

select
    source,
    exporter,
    importer,
    item,
    year,
    unit,
    balanced_value,
    balanced_value_from_imports,
    balanced_export_report,
    balanced_import_report,
    balanced_export_estimate,
    balanced_import_estimate,
    balanced_reports_held,
    reconciled_value,
    reports_held,
    method,
    case
        when balanced_value > 0 and reconciled_value > 0 then ln(balanced_value / nullif(reconciled_value, 0))
    end as log_difference,
    case
        when balanced_reports_held = 0
        then 'modelled'
        when reports_held = 1
        then 'one_report'
        when method = 'inverse_variance'
        then 'weights_and_totals'
        else 'equal_weights'
    end as difference_kind,
    case
        when balanced_reports_held = 0
        then
            'the publisher holds no report of this flow and models both sides; ours rests on '
            || case when reports_held = 2 then 'two reports' else 'one report' end
        when reports_held = 1
        then
            'ours keeps the one report there is; the publisher balances it with a modelled or another report of the other side'
        when method = 'inverse_variance'
        then
            'ours weighs both reports by how reliable their reporters are; the publisher weighs them by symmetry and adjusts '
            || 'them to totals of parts and world'
        else
            'ours takes both reports alike, because too few pairs distinguish reporters; the publisher weighs them by symmetry '
            || 'and adjusts them to totals of parts and world'
    end as explanation,
    balanced_vintage,
    reconciled_vintage,
    resource,
    payload_sha256,
    payload_pointer
from flows
