with
    newest as (select source, max(vintage) as vintage from {{ ref("int_balanced_services_gathered") }} group by source),
    -- the exporter's row and the importer's row of the flows that the warehouse reconciles, and of no others
    sides as (
        select
            theirs.*,
            ours.exporter,
            ours.importer,
            ours.value as reconciled_value,
            ours.unit as reconciled_unit,
            ours.method,
            ours.reports_held,
            coalesce(
                greatest(ours.export_vintage, ours.import_vintage), ours.export_vintage, ours.import_vintage
            ) as reconciled_vintage
        from {{ ref("int_balanced_services_gathered") }} as theirs
        inner join newest on theirs.source = newest.source and theirs.vintage = newest.vintage
        inner join
            {{ ref("fct_bilateral_reconciled") }} as ours
            on theirs.item = ours.item
            and theirs.year = ours.year
            and theirs.unit = ours.unit
            and case theirs.flow when 'X' then theirs.reporter else theirs.partner end = ours.exporter
            and case theirs.flow when 'X' then theirs.partner else theirs.reporter end = ours.importer
    ),
    flows as (
        select
            source,
            vintage,
            exporter,
            importer,
            item,
            year,
            reconciled_unit as unit,
            max(case when flow = 'X' then balanced_value end) as balanced_exports,
            max(case when flow = 'M' then balanced_value end) as balanced_imports,
            max(case when flow = 'X' then reported_value end) as balanced_export_report,
            max(case when flow = 'M' then reported_value end) as balanced_import_report,
            max(case when flow = 'X' then final_value end) as balanced_export_estimate,
            max(case when flow = 'M' then final_value end) as balanced_import_estimate,
            max(reconciled_value) as reconciled_value,
            max(reconciled_vintage) as reconciled_vintage,
            max(method) as method,
            max(reports_held) as reports_held,
            max(resource) as resource,
            max(payload_sha256) as payload_sha256,
            coalesce(
                max(case when flow = 'X' then payload_pointer end), max(case when flow = 'M' then payload_pointer end)
            ) as payload_pointer
        from sides
        group by source, vintage, exporter, importer, item, year, reconciled_unit
    ),
    counted as (
        select
            *,
            coalesce(balanced_exports, balanced_imports) as balanced_value,
            -- an edition without any reported value does not state who reported
            case
                when count(coalesce(balanced_export_report, balanced_import_report)) over (partition by source) > 0
                then
                    cast(
                        (balanced_export_report is not null)::integer
                        + (balanced_import_report is not null)::integer as integer
                    )
            end as balanced_reports_held
        from flows
    )

select
    source,
    exporter,
    importer,
    item,
    year,
    unit,
    balanced_value,
    balanced_imports as balanced_value_from_imports,
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
    vintage as balanced_vintage,
    reconciled_vintage,
    resource,
    payload_sha256,
    payload_pointer
from counted
