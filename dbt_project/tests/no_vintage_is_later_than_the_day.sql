with
    held as (
        select distinct source, resource, series as table_name, vintage
        from {{ ref("int_vintages_written") }}
        union all
        select distinct source, '' as resource, metric_id as table_name, vintage
        from {{ ref("int_metrics_unioned") }}
    )
select source, resource, table_name, vintage as seen
from held
where not {{ was_known("vintage") }}
