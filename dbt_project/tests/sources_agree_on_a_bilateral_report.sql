-- Fault: one of two sources was read in the wrong unit, row, direction or year. Where two sources carry what one
-- reporter says about one flow, their latest figures differ by at most a fifth, which leaves room for revisions and
-- for rounded figures in texts.
select
    one.reporter,
    one.partner,
    one.flow,
    one.item,
    one.year,
    one.source,
    other.source as other_source,
    one.value as seen,
    other.value as expected
from {{ ref("fct_bilateral_services") }} as one
inner join
    {{ ref("fct_bilateral_services") }} as other
    on one.reporter = other.reporter
    and one.partner = other.partner
    and one.flow = other.flow
    and one.item = other.item
    and one.year = other.year
    and one.source < other.source
where one.is_latest and other.is_latest and abs(one.value - other.value) > 0.2 * abs(other.value)
