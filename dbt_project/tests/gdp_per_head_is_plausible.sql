-- Fault: population in thousands, GDP in millions or in national currency. GDP per head of a country lies between 50
-- and 300 000 US dollars (seen: 53 in Indonesia in 1967, 147 000 in Luxembourg).
select
    product.source,
    product.area,
    product.year,
    product.value / nullif(people.value, 0) as seen,
    '50 to 300000' as expected
from {{ ref("fct_indicator") }} as product
inner join
    {{ ref("fct_indicator") }} as people
    on product.area = people.area
    and product.year = people.year
    and product.source = people.source
inner join {{ ref("dim_area") }} as areas on product.area = areas.area and areas.kind = 'country'
where
    product.is_latest
    and people.is_latest
    and product.indicator = 'gdp'
    and people.indicator = 'population'
    and not product.value / nullif(people.value, 0) between 50 and 300000
