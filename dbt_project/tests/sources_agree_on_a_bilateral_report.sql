-- Fault: one of two sources was read in the wrong unit, row, direction or year. Where two sources carry what one
-- reporter says about one flow, their latest figures differ by at most a fifth, which allows for revisions and
-- for rounded figures in texts, or by a million, because figures are rounded. Two sources of different vintages that
-- share many figures of a reporter differ by more in some: there a quarter may, and none of size by a factor of ten.
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
            abs(one.value - other.value) > greatest(0.2 * abs(other.value), 1000000) as is_far
        from {{ ref("fct_bilateral_services") }} as one
        inner join
            {{ ref("fct_bilateral_services") }} as other
            on one.reporter = other.reporter
            and one.partner = other.partner
            and one.flow = other.flow
            and one.item = other.item
            and one.year = other.year
            and one.source < other.source
        where one.is_latest and other.is_latest and one.value is not null and other.value is not null
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
        or counted.share_far > 0.25
        or (
            greatest(abs(common.seen), abs(common.expected)) >= 100000000
            and least(abs(common.seen), abs(common.expected)) < greatest(abs(common.seen), abs(common.expected)) / 10
        )
    )
