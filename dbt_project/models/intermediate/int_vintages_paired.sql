with covered as (select distinct source, resource, year, vintage from {{ ref("int_observations_unioned") }})

select
    source,
    resource,
    year,
    vintage,
    lag(vintage) over (partition by source, resource, year order by vintage) as previous_vintage
from covered
