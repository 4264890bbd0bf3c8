select
    product.source,
    product.area,
    product.year,
    product.value / nullif(people.value, 0) as seen,
    '50 to 300000, before 1993 from 10 on' as expected
from {{ ref("fct_indicator") }} as product
inner join
    {{ ref("fct_indicator") }} as people
    on product.area = people.area
    and product.year = people.year
    and product.source = people.source
inner join {{ ref("dim_area") }} as areas on product.area = areas.area and areas.kind = 'country'
where
    {{ was_reviewed("product") }}
    and {{ was_reviewed("people") }}
    and product.is_latest
    and people.is_latest
    and product.indicator = 'gdp'
    and people.indicator = 'population'
    and not product.value / nullif(people.value, 0) between case when product.year < 1993 then 10 else 50 end and 300000
