select
    reviewed.source,
    reviewed.resource,
    reviewed.series,
    reviewed.item,
    reviewed.year,
    coalesce(counted.observations, 0) as seen,
    reviewed.observations as expected
from {{ ref("reviewed_coverage") }} as reviewed
left join
    {{ ref("int_coverage_counted") }} as counted
    on reviewed.source = counted.source
    and reviewed.resource = counted.resource
    and reviewed.series = counted.series
    and reviewed.item = counted.item
    and reviewed.year = counted.year
inner join
    {{ ref("int_reviews_scoped") }} as scope
    on reviewed.source = scope.source
    and reviewed.resource = scope.resource
    and reviewed.series = scope.series
where scope.is_known and coalesce(counted.observations, 0) < reviewed.observations
