with figures as (select source, vintage, area, year, indicator, value from {{ ref("fct_indicator") }} where is_latest)

select
    digital.source,
    digital.indicator,
    digital.area,
    digital.year,
    digital.value as seen,
    product.value * share.value / 100 as expected_at_most
from figures as digital
inner join figures as product on digital.area = product.area and digital.year = product.year
inner join figures as share on digital.area = share.area and digital.year = share.year
where
    {{ was_reviewed("digital") }}
    and {{ was_reviewed("product") }}
    and digital.indicator in ('digitally_deliverable_exports', 'digitally_deliverable_imports')
    and product.indicator = 'gdp'
    and share.indicator
    = case when digital.indicator = 'digitally_deliverable_exports' then 'exports' else 'imports' end || '_share_of_gdp'
    and digital.value > product.value * share.value / 100
