with
    -- a bound that an earlier figure lies within revises nothing
    matched as (select source, resource, year, vintage from {{ ref("int_bounds_matched") }}),
    covered as (
        select distinct observations.source, observations.resource, observations.year, observations.vintage
        from {{ ref("int_observations_unioned") }} as observations
        left join
            matched
            on observations.source = matched.source
            and observations.resource = matched.resource
            and observations.year = matched.year
            and observations.vintage = matched.vintage
        where matched.vintage is null
    )

select
    source,
    resource,
    year,
    vintage,
    lag(vintage) over (partition by source, resource, year order by vintage nulls last) as previous_vintage
from covered
