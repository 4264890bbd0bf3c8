with
    observations as (
        -- a vintage is reviewed unmodified, without corrections
        select
            source,
            resource,
            series,
            item,
            year,
            coalesce(published_value, value) as value,
            {{ is_newest_vintage() }} as is_newest
        from {{ ref("int_observations_unioned") }}
    )

select
    source,
    resource,
    series,
    item,
    year,
    cast(count(value) as integer) as observations,
    {{ median_of("value") }} as median_value
from observations
where is_newest
group by source, resource, series, item, year
having count(value) > 0
