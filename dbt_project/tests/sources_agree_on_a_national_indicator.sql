-- Fault: one of two sources was read in the wrong unit, sign, row or year. Where two sources publish the same
-- indicator of the same country from 2001 on, their latest figures differ by at most 2 percent. The World Bank takes
-- China's figures from SAFE, and the two are equal from 2001 on; for 1999 and 2000 they differ by up to 12 percent,
-- because SAFE recompiled those years and the World Bank kept the earlier figures.
select
    one.indicator,
    one.area,
    one.year,
    one.source,
    other.source as other_source,
    one.value as seen,
    other.value as expected
from {{ ref("fct_indicator") }} as one
inner join
    {{ ref("fct_indicator") }} as other
    on one.indicator = other.indicator
    and one.area = other.area
    and one.item = other.item
    and one.year = other.year
    and one.source < other.source
inner join {{ ref("dim_area") }} as areas on one.area = areas.area and areas.kind = 'country'
where one.is_latest and other.is_latest and one.year >= 2001 and abs(one.value - other.value) > 0.02 * abs(other.value)
