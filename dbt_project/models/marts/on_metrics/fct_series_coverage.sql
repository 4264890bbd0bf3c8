{%- set series = ["metric_id", "measure", "item", "clock", "authority", "years_of_growth", "source", "basis", "unit"] -%}
with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    amounts as (select unit from {{ ref("dim_unit") }} where dimension in ('money', 'count')),
    latest as (
        select
            metric_id,
            measure,
            area,
            counterpart_area,
            item,
            clock,
            authority,
            coalesce(year - base_year, 0) as years_of_growth,
            source,
            basis,
            unit,
            year,
            -- what does not add up has no common total: every economy counts the same
            case when {{ adds_up() }} and unit in (select unit from amounts) then abs(value) else 1e0 end as weight
        from {{ ref("int_metrics_unioned") }}
        where
            is_latest
            and value is not null
            and obs_status <> 'U'
            -- a provisional figure from before the year's end is of a part of it
            and not (obs_status = 'P' and extract(year from vintage) <= year)
            and area in (select area from countries)
    ),
    -- the year of everybody's next figure; of two figures of one year the larger counts
    followed as (
        select
            {{ series | join(",\n            ") }},
            counterpart_area,
            counterpart_area <> area and counterpart_area in (select area from countries) as is_pair,
            year,
            weight,
            lead(year) over (
                partition by {{ series | join(", ") }}, counterpart_area, area
                order by year nulls last, weight nulls last
            ) as next_year
        from latest
    ),
    steps as (
        select 0 as years_later
        union all
        select 1 as years_later
        union all
        select 2 as years_later
        union all
        select 3 as years_later
    ),
    -- for each year the figures of it, and the last figure of everybody who reported in the three years before
    known as (
        select
            {{ series | join(",\n            ") }},
            counterpart_area,
            is_pair,
            year + years_later as year,
            years_later > 0 as is_earlier,
            next_year is null or next_year > year + years_later as is_last,
            weight
        from followed
        inner join steps on next_year is null or next_year >= year + years_later
    ),
    counted as (
        select
            {{ series | join(",\n            ") }},
            counterpart_area,
            is_pair,
            year,
            count(case when is_last and not is_earlier then 1 end) as economies,
            count(case when is_last and is_earlier then 1 end) as missing_economies,
            sum(cast(case when is_last and is_earlier then weight else 0 end as decimal(38, 9))) as missing_weight,
            sum(cast(case when is_earlier then weight else 0 end as decimal(38, 9))) as known_weight
        from known
        group by {{ series | join(", ") }}, counterpart_area, is_pair, year
    ),
    with_pairs as (
        select
            {{ series | join(", ") }},
            counterpart_area,
            year,
            economies,
            missing_economies,
            missing_weight,
            known_weight
        from counted
        union all
        select
            {{ series | join(", ") }},
            'all_pairs' as counterpart_area,
            year,
            economies,
            missing_economies,
            missing_weight,
            known_weight
        from counted
        where is_pair
    ),
    summed as (
        select
            {{ series | join(",\n            ") }},
            counterpart_area,
            year,
            cast(sum(economies) as integer) as economies,
            cast(sum(missing_economies) as integer) as missing_economies,
            coalesce(
                cast(sum(missing_weight) as {{ double_type() }})
                / nullif(cast(sum(known_weight) as {{ double_type() }}), 0),
                0
            ) as missing_share
        from with_pairs
        group by {{ series | join(", ") }}, counterpart_area, year
    ),
    judged as (select *, missing_share < {{ var("most_missing") }} as is_complete from summed where economies > 0)

select
    {{ series | join(",\n    ") }},
    counterpart_area,
    year,
    economies,
    missing_economies,
    missing_share,
    is_complete,
    coalesce(
        year = max(case when is_complete then year end) over (partition by {{ series | join(", ") }}, counterpart_area),
        false
    ) as is_latest_complete
from judged
