{%- set bilateral = {"area": "reporter", "counterpart_area": "partner"} -%}
with
    common as (
        select
            one.reporter,
            one.partner,
            one.flow,
            one.item,
            one.year,
            one.source,
            other.source as other_source,
            one.value as seen,
            other.value as expected,
            abs(one.value - other.value) > greatest(0.2e0 * abs(other.value), 1000000) as is_far
        from {{ ref("fct_bilateral_services") }} as one
        inner join
            {{ ref("fct_bilateral_services") }} as other
            on one.reporter = other.reporter
            and one.partner = other.partner
            and one.flow = other.flow
            and one.item = other.item
            and one.year = other.year
            and one.source < other.source
        where
            one.is_latest
            and other.is_latest
            and one.value is not null
            and other.value is not null
            and {{ was_reviewed("one", bilateral) }}
            and {{ was_reviewed("other", bilateral) }}
    ),
    counted as (
        select reporter, source, other_source, count(*) as figures, avg(cast(is_far as integer)) as share_far
        from common
        group by reporter, source, other_source
    )

select common.*
from common
inner join counted using (reporter, source, other_source)
where
    common.is_far
    and (
        counted.figures < 20
        or counted.share_far > 0.25e0
        or (
            greatest(abs(common.seen), abs(common.expected)) >= 100000000
            and least(abs(common.seen), abs(common.expected)) < greatest(abs(common.seen), abs(common.expected)) / 10
        )
    )
