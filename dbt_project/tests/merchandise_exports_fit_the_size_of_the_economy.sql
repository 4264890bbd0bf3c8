with
    figures as (
        select source, vintage, area, year, indicator, value
        from {{ ref("fct_indicator") }}
        where is_latest and source = 'world_bank' and year >= 1995
    )

select
    'world_bank' as source,
    merchandise.area,
    merchandise.year,
    merchandise.value as seen_usd,
    product.value * share.value / 100 as exports_of_goods_and_services_usd,
    merchandise.value / nullif(product.value * share.value / 100, 0) as seen,
    '0.1 to 3' as expected
from figures as merchandise
inner join figures as product using (area, year)
inner join figures as share using (area, year)
inner join figures as people using (area, year)
inner join {{ ref("dim_area") }} as areas on merchandise.area = areas.area and areas.kind = 'country'
where
    {{ was_reviewed("merchandise") }}
    and merchandise.indicator = 'merchandise_exports'
    and product.indicator = 'gdp'
    and share.indicator = 'exports_share_of_gdp'
    and people.indicator = 'population'
    and people.value >= 5000000
    -- shares of Venezuela are published as zero from 1996 to 2011
    and share.value > 0
    -- official and market exchange rates of these differ by more
    and merchandise.area not in ('IRQ', 'SDN')
    and not merchandise.value
    between 0.1e0 * product.value * share.value / 100 and 3e0 * product.value * share.value / 100
