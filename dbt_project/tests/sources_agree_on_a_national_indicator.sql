with
    common as (
        select
            one.indicator,
            one.area,
            one.year,
            one.source,
            other.source as other_source,
            one.value as seen,
            other.value as expected,
            abs(one.value - other.value) > 0.02e0 * abs(other.value) as is_far
        from {{ ref("fct_indicator") }} as one
        inner join
            {{ ref("fct_indicator") }} as other
            on one.indicator = other.indicator
            and one.area = other.area
            and one.item = other.item
            and one.year = other.year
            and one.source < other.source
        inner join {{ ref("dim_area") }} as areas on one.area = areas.area and areas.kind = 'country'
        where
            one.is_latest
            and other.is_latest
            and one.year >= 2001
            and one.value is not null
            and other.value is not null
            and {{ was_reviewed("one") }}
            and {{ was_reviewed("other") }}
    ),
    counted as (
        select
            indicator,
            source,
            other_source,
            count(distinct area) as economies,
            avg(cast(is_far as integer)) as share_far
        from common
        group by indicator, source, other_source
    )

select common.*
from common
inner join counted using (indicator, source, other_source)
where
    common.is_far
    and (
        counted.economies < 10
        or counted.share_far > 0.25e0
        or (
            greatest(abs(common.seen), abs(common.expected)) >= 100000000
            and least(abs(common.seen), abs(common.expected)) < greatest(abs(common.seen), abs(common.expected)) / 10
        )
    )
