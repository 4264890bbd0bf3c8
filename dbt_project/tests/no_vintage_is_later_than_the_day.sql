-- Fault: something published later got into a build as of an earlier day. Every vintage of every observation, published
-- figure and metric had been published by then.
with
    held as (
        select source, resource, series as table_name, vintage
        from {{ ref("int_vintages_recorded") }}
        union all
        select distinct source, '' as resource, metric_id as table_name, vintage
        from {{ ref("int_metrics_unioned") }}
    )
select source, resource, table_name, vintage as seen
from held
where not {{ was_known("vintage") }}
