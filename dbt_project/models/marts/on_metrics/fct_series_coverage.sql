{%- set series = ["metric_id", "measure", "item", "counterpart_area", "clock", "authority", "years_of_growth", "source", "basis", "unit"] -%}
with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    summable_units as (select unit from {{ ref("dim_unit") }} where dimension in ('money', 'count')),
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
            -- shares, ratios and rates have no common total: every economy counts the same
            case when unit in (select unit from summable_units) then abs(value) else 1e0 end as weight
        from {{ ref("int_metrics_unioned") }}
        where
            is_latest
            and value is not null
            and obs_status <> 'U'
            -- a provisional figure from before the year's end is of a part of it
            and not (obs_status = 'P' and extract(year from vintage) <= year)
            and area in (select area from countries)
    ),
    members as (
        select
            metric_id,
            measure,
            item,
            counterpart_area,
            clock,
            authority,
            years_of_growth,
            source,
            basis,
            unit,
            year,
            weight,
            area as member
        from latest
        union all
        select
            metric_id,
            measure,
            item,
            'all_pairs' as counterpart_area,
            clock,
            authority,
            years_of_growth,
            source,
            basis,
            unit,
            year,
            weight,
            area || '-' || counterpart_area as member
        from latest
        where counterpart_area <> area and counterpart_area in (select area from countries)
    ),
    series as (
        select
            {{ series | join(",\n            ") }},
            row_number() over (order by {{ series | join(" nulls last, ") }} nulls last) as series_id
        from members
        group by {{ series | join(", ") }}
    ),
    figures as (
        select series.series_id, members.year, members.member, members.weight
        from members
        inner join series using ({{ series | join(", ") }})
    ),
    years as (
        select series_id, year, cast(count(distinct member) as integer) as economies
        from figures
        group by series_id, year
    ),
    -- the year of everybody's next figure; of two figures of one year the larger counts
    followed as (
        select
            series_id,
            year,
            weight,
            lead(year) over (partition by series_id, member order by year nulls last, weight nulls last) as next_year
        from figures
    ),
    steps as (
        select 1 as years_later
        union all
        select 2 as years_later
        union all
        select 3 as years_later
    ),
    -- for each year the last figure of everybody who reported in the three years before
    known as (
        select
            followed.series_id,
            followed.year + steps.years_later as year,
            followed.weight,
            followed.next_year is null or followed.next_year > followed.year + steps.years_later as is_missing
        from followed
        inner join steps on followed.next_year is null or followed.next_year >= followed.year + steps.years_later
    ),
    missing as (
        select
            series_id,
            year,
            cast(count(case when is_missing then 1 end) as integer) as economies,
            {{ exact_sum("case when is_missing then weight else 0 end") }}
            / nullif({{ exact_sum("weight") }}, 0) as share_of_value
        from known
        group by series_id, year
    ),
    judged as (
        select
            series.*,
            years.year,
            years.economies,
            coalesce(missing.economies, 0) as missing_economies,
            coalesce(missing.share_of_value, 0) as missing_share,
            coalesce(missing.share_of_value, 0) < {{ var("most_missing") }} as is_complete
        from years
        inner join series on years.series_id = series.series_id
        left join missing on years.series_id = missing.series_id and years.year = missing.year
    )

select
    {{ series | join(",\n    ") }},
    year,
    economies,
    missing_economies,
    missing_share,
    is_complete,
    coalesce(year = max(case when is_complete then year end) over (partition by series_id), false) as is_latest_complete
from judged
