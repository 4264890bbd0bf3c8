select
    reviewed.source,
    reviewed.resource,
    reviewed.series,
    reviewed.item,
    reviewed.year,
    counted.median_value as seen,
    reviewed.median_value as expected
from {{ ref("reviewed_coverage") }} as reviewed
inner join
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
where
    scope.is_known
    and counted.observations <= 1.25 * reviewed.observations
    and not abs(counted.median_value - reviewed.median_value) <= case
        when abs(counted.median_value) > abs(reviewed.median_value)
        then 0.25 * abs(reviewed.median_value)
        else 0.2 * abs(reviewed.median_value)
    end
