select distinct
    reviewed.source,
    reviewed.resource,
    reviewed.series,
    cast(null as integer) as year,
    0 as seen,
    count(*) over (partition by reviewed.source, reviewed.resource, reviewed.series) as expected
from {{ ref("reviewed_coverage") }} as reviewed
left join
    {{ ref("int_coverage_counted") }} as counted
    on reviewed.source = counted.source
    and reviewed.resource = counted.resource
    and reviewed.series = counted.series
inner join
    {{ ref("int_reviews_scoped") }} as scope
    on reviewed.source = scope.source
    and reviewed.resource = scope.resource
    and reviewed.series = scope.series
where scope.is_known and counted.source is null
