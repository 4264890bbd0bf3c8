with
    rated as (select * from {{ ref("int_reporters_rated") }}),
    flows as (
        select
            paired.*,
            coalesce(typical.window_pairs, 0) as window_pairs,
            coalesce(exporters.exporter_pairs, 0) as exporter_pairs,
            coalesce(importers.importer_pairs, 0) as importer_pairs,
            coalesce(exporters.exporter_variance, typical.exporter_variance) as exporter_variance,
            coalesce(importers.importer_variance, typical.importer_variance) as importer_variance,
            case
                when paired.reports_held = 1
                then 'single_report'
                -- a report of zero or below has no logarithm; half a billionth of a factor is rounding
                when
                    paired.export_report <> paired.import_report
                    and coalesce(abs(paired.asymmetry), 1e9) > ln(2e0) + 5e-10
                then 'withheld'
                when paired.asymmetry is null
                then 'arithmetic_mean'
                when typical.exporter_variance is null
                then 'equal_weights'
                else 'inverse_variance'
            end as method
        from {{ ref("int_reports_paired") }} as paired
        left join
            rated as exporters
            on paired.item = exporters.item
            and paired.window_start = exporters.window_start
            and paired.exporter = exporters.reporter
        left join
            rated as importers
            on paired.item = importers.item
            and paired.window_start = importers.window_start
            and paired.importer = importers.reporter
        left join
            rated as typical
            on paired.item = typical.item
            and paired.window_start = typical.window_start
            and typical.reporter is null
        where paired.reports_held > 0
    ),
    weighed as (
        select
            *,
            case
                when method = 'single_report'
                then case when export_report is null then 0e0 else 1e0 end
                when method = 'inverse_variance'
                then coalesce(importer_variance / nullif(exporter_variance + importer_variance, 0e0), 0.5e0)
                else 0.5e0
            end as exporter_weight
        from flows
    ),
    valued as (
        select
            *,
            1e0 - exporter_weight as importer_weight,
            asymmetry * asymmetry - exporter_variance - importer_variance as residual,
            case
                when method = 'single_report'
                then coalesce(export_report, import_report)
                when method = 'withheld'
                then null
                when method = 'arithmetic_mean'
                then (export_report + import_report) / 2e0
                else export_report * power(import_report / export_report, 1e0 - exporter_weight)
            end as unbounded
        from weighed
    )

select
    exporter,
    importer,
    item,
    year,
    unit,
    export_report,
    import_report,
    export_source,
    import_source,
    export_vintage,
    import_vintage,
    export_status,
    import_status,
    reports_held,
    window_start,
    window_end,
    window_pairs,
    exporter_pairs,
    importer_pairs,
    exporter_variance,
    importer_variance,
    exporter_weight,
    importer_weight,
    asymmetry,
    residual,
    -- rounding leads no value past the two reports
    case
        when reports_held = 1 or method = 'withheld'
        then unbounded
        else least(greatest(unbounded, least(export_report, import_report)), greatest(export_report, import_report))
    end as value,
    case
        when method = 'single_report'
        then case when export_report is null then import_status else export_status end
        when method = 'withheld'
        then 'Q'
        when method = 'inverse_variance' and export_status <> 'U' and import_status <> 'U'
        then 'E'
        else 'U'
    end as obs_status,
    method,
    case
        method
        when 'single_report'
        then 'One report is held and stays as it is.'
        when 'withheld'
        then 'Withheld: the two reports differ by more than a factor of two, and no weights make one figure of them.'
        when 'arithmetic_mean'
        then 'Both reports give the same value, zero or below, which has no logarithm.'
        when 'inverse_variance'
        then
            'Weights by the reporters'
            || chr(39)
            || ' variances, estimated from '
            || cast(window_pairs as {{ type_string() }})
            || ' flow years with two reports.'
        else
            'Equal weights: flow years with two reports in this item and window are too few to compare the reporters ('
            || cast(window_pairs as {{ type_string() }})
            || '; at least 30 from 5 exporters and 5 importers are needed).'
    end as note
from valued
