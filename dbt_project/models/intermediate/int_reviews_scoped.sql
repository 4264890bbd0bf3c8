with
    reviewed as (select distinct source, resource, series from {{ ref("reviewed_coverage") }}),
    newest as (
        select source, resource, series, max(vintage) as newest_vintage
        from {{ ref("reviewed_vintages") }}
        group by source, resource, series
    )

select
    reviewed.source,
    reviewed.resource,
    reviewed.series,
    newest.newest_vintage,
    {{ was_known("coalesce(newest.newest_vintage, cast('0001-01-01' as date))") }} as is_known
from reviewed
left join newest using (source, resource, series)
