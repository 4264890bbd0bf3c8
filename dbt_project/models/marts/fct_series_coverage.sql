{%- set series = ["metric_id", "measure", "item", "counterpart_area", "clock", "authority", "years_of_growth", "source", "basis", "unit"] -%}
with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
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
            -- shares and ratios have no common total: every economy counts the same
            case when unit in ('PT', 'PN') then 1e0 else abs(value) end as weight
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
    figures as (
        select *, dense_rank() over (order by {{ series | join(" nulls first, ") }} nulls first) as series_id
        from members
    ),
    years as (
        select series_id, {{ series | join(", ") }}, year, cast(count(distinct member) as integer) as economies
        from figures
        group by series_id, {{ series | join(", ") }}, year
    ),
    -- the last figure of everybody who reported in the three years before
    known as (
        select
            years.series_id,
            years.year,
            figures.member,
            figures.weight,
            row_number() over (
                partition by years.series_id, years.year, figures.member
                order by figures.year desc nulls last, figures.weight desc nulls last
            ) as newest_first
        from years
        inner join
            figures
            on years.series_id = figures.series_id
            and figures.year >= years.year - 3
            and figures.year < years.year
    ),
    missing as (
        select
            known.series_id,
            known.year,
            cast(count(case when figures.member is null then 1 end) as integer) as economies,
            {{ exact_sum("case when figures.member is null then known.weight else 0 end") }}
            / nullif({{ exact_sum("known.weight") }}, 0) as share_of_value
        from known
        left join
            figures
            on known.series_id = figures.series_id
            and known.year = figures.year
            and known.member = figures.member
        where known.newest_first = 1
        group by known.series_id, known.year
    ),
    judged as (
        select
            years.*,
            coalesce(missing.economies, 0) as missing_economies,
            coalesce(missing.share_of_value, 0) as missing_share,
            coalesce(missing.share_of_value, 0) < {{ var("most_missing") }} as is_complete
        from years
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
