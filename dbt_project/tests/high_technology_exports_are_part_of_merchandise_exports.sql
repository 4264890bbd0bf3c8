-- Fault: a unit slip or swapped series. High-technology exports are less than all merchandise exports of the same area
-- and year (highest seen: Hong Kong, 66 percent).
select part.source, part.area, part.year, part.value as seen, total.value as expected_at_most
from {{ ref("fct_indicator") }} as part
inner join
    {{ ref("fct_indicator") }} as total
    on part.area = total.area
    and part.year = total.year
    and part.source = total.source
where
    part.is_latest
    and total.is_latest
    and part.indicator = 'high_technology_exports'
    and total.indicator = 'merchandise_exports'
    and part.value > total.value
