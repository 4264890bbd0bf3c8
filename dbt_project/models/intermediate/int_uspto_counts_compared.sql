with
    published as (
        select vintage, area, counterpart_area, year, value
        from {{ ref("stg_patentsview__co_inventions") }}
        where clock = 'grant_year' and item = '_T' and counting = 'whole' and value is not null
    ),
    counted as (
        select vintage, area, counterpart_area, year, whole
        from {{ ref("int_uspto_co_inventions_counted") }}
        where clock = 'grant_year' and item = '_T'
    ),
    beside as (
        select
            editions.vintage,
            published.vintage as published_vintage,
            published.area,
            published.counterpart_area,
            published.year,
            cast(coalesce(counted.whole, 0) as {{ double_type() }}) as counted,
            published.value as published,
            editions.is_complete,
            published.year >= extract(year from editions.last_granted_on + 7)
            or published.year >= extract(year from published.vintage + 7) as is_not_over
        from published
        cross join {{ ref("int_uspto_editions_chosen") }} as editions
        left join
            counted
            on editions.vintage = counted.vintage
            and published.area = counted.area
            and published.counterpart_area = counted.counterpart_area
            and published.year = counted.year
    )

select
    vintage,
    published_vintage,
    area,
    counterpart_area,
    year,
    counted,
    published,
    case
        when not is_complete
        then 'not compared: sample'
        when is_not_over
        then 'not compared: year not over'
        when abs(counted - published) <= greatest(3, 0.05e0 * published)
        then 'agrees'
        else 'differs'
    end as verdict
from beside
