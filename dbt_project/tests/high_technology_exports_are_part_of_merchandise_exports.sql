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
