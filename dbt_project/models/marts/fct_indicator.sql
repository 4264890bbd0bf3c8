with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    figures as (select *, {{ is_newest_vintage() }} as is_latest from {{ ref("int_indicators_dated") }}),
    reports as (
        select source, indicator, item, vintage, year, area, abs(value) as value
        from figures
        where value is not null and area in (select area from countries)
    ),
    reported as (
        select source, indicator, item, vintage, year, cast(count(*) as integer) as countries
        from reports
        group by source, indicator, item, vintage, year
    ),
    near as (
        select
            this_year.*,
            other_year.year as best_year,
            max(case when other_year.year = this_year.year - 1 then other_year.countries end) over (
                partition by this_year.source, this_year.indicator, this_year.item, this_year.vintage, this_year.year
            ) as countries_before,
            row_number() over (
                partition by this_year.source, this_year.indicator, this_year.item, this_year.vintage, this_year.year
                order by
                    other_year.countries desc nulls last,
                    abs(other_year.year - this_year.year) nulls last,
                    other_year.year desc nulls last
            ) as place
        from reported as this_year
        inner join
            reported as other_year
            on this_year.source = other_year.source
            and this_year.indicator = other_year.indicator
            and this_year.item = other_year.item
            and this_year.vintage = other_year.vintage
            and other_year.year between this_year.year - 10 and this_year.year + 10
    ),
    -- the part of the best covered year's value that the reporters of a year had in that best year
    covered as (
        select
            near.source,
            near.indicator,
            near.item,
            near.vintage,
            near.year,
            near.countries,
            near.countries_before,
            {{ exact_sum("case when this_year.area is not null then best.value else 0 end") }} as value_of_reporters,
            {{ exact_sum("best.value") }} as value_of_all
        from near
        inner join
            reports as best
            on near.source = best.source
            and near.indicator = best.indicator
            and near.item = best.item
            and near.vintage = best.vintage
            and near.best_year = best.year
        left join
            reports as this_year
            on near.source = this_year.source
            and near.indicator = this_year.indicator
            and near.item = this_year.item
            and near.vintage = this_year.vintage
            and near.year = this_year.year
            and best.area = this_year.area
        where near.place = 1
        group by near.source, near.indicator, near.item, near.vintage, near.year, near.countries, near.countries_before
    ),
    breaks as (
        select source, series, area, item, year, first_vintage
        from {{ ref("series_breaks") }}
        where counterpart_area = 'W00'
    )

select
    figures.source,
    figures.indicator,
    figures.area,
    figures.item,
    figures.year,
    figures.vintage,
    figures.value,
    figures.unit,
    -- a total of few reporters is no total, and its publisher does not mark it
    case
        when figures.obs_status <> 'A'
        then figures.obs_status
        when breaks.series is not null
        then 'B'
        when figures.area in (select area from countries)
        then 'A'
        when
            covered.countries < {{ var("least_reporters") }}
            or covered.value_of_reporters < {{ var("least_coverage") }} * covered.value_of_all
            or covered.countries < 0.9e0 * covered.countries_before
        then 'U'
        else 'A'
    end as obs_status,
    figures.is_latest,
    coalesce(covered.countries, 0) as countries_reporting,
    figures.resource,
    figures.payload_sha256,
    figures.payload_pointer,
    figures.published_value,
    figures.correction_id
from figures
left join
    covered
    on figures.source = covered.source
    and figures.indicator = covered.indicator
    and figures.item = covered.item
    and figures.vintage = covered.vintage
    and figures.year = covered.year
left join
    breaks
    on figures.source = breaks.source
    and figures.indicator = breaks.series
    and figures.area = breaks.area
    and figures.item = breaks.item
    and figures.year = breaks.year
    and figures.vintage >= breaks.first_vintage
