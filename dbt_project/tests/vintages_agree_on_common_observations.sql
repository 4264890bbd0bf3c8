with
    ratios as (
        select source, resource, series, year, vintage, previous_vintage, value / nullif(previous_value, 0) as ratio
        from {{ ref("fct_revision") }} as revised
        where {{ was_reviewed("revised") }} and value is not null and previous_value is not null
    ),
    by_series as (
        select
            source,
            resource,
            series,
            cast(null as integer) as year,
            vintage,
            previous_vintage,
            {{ median_of("ratio") }} as seen
        from ratios
        group by source, resource, series, vintage, previous_vintage
    ),
    by_year as (
        select source, resource, series, year, vintage, previous_vintage, {{ median_of("ratio") }} as seen
        from ratios
        group by source, resource, series, year, vintage, previous_vintage
        having count(ratio) >= 5
    )

select *, '0.8 to 1.25' as expected
from by_series
where not seen between 0.8e0 and 1.25e0
union all
select *, '0.8 to 1.25' as expected
from by_year
where not seen between 0.8e0 and 1.25e0
