with
    roles as (
        select
            exporter as reporter,
            'exporter' as role,
            item,
            window_start,
            window_end,
            exporter_variance as variance,
            exporter_pairs as pairs,
            window_pairs
        from {{ ref("fct_bilateral_reconciled") }}
        where export_report is not null
        union all
        select
            importer as reporter,
            'importer' as role,
            item,
            window_start,
            window_end,
            importer_variance as variance,
            importer_pairs as pairs,
            window_pairs
        from {{ ref("fct_bilateral_reconciled") }}
        where import_report is not null
    )

select distinct
    reporter,
    role,
    item,
    window_start,
    window_end,
    variance,
    pairs,
    window_pairs,
    case when variance is null then 'equal_weights' else 'inverse_variance' end as weight_convention,
    case when variance is null then 'too_few_pairs' when pairs = 0 then 'common_variance' else 'estimated' end as status
from roles
