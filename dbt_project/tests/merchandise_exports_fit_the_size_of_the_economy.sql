-- Fault: a unit slip or a swapped series among merchandise exports, GDP and the export share. Merchandise exports are
-- between 0.2 and 1.6 times GDP x exports of goods and services as a share of GDP, for countries of at least five
-- million people from 1995 on. Below 1 they lack services; above 1 they hold goods that cross the border without
-- changing owner (Belgium 1.18, Romania 1.29). Lowest seen: Egypt 0.23 and Ireland 0.26. Smaller entrepots, such as
-- Panama and Luxembourg, and the currency breaks of the early 1990s lie outside for good reason and are not judged.
with
    figures as (
        select area, year, indicator, value
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
    '0.2 to 1.6' as expected
from figures as merchandise
inner join figures as product using (area, year)
inner join figures as share using (area, year)
inner join figures as people using (area, year)
inner join {{ ref("dim_area") }} as areas on merchandise.area = areas.area and areas.kind = 'country'
where
    merchandise.indicator = 'merchandise_exports'
    and product.indicator = 'gdp'
    and share.indicator = 'exports_share_of_gdp'
    and people.indicator = 'population'
    and people.value >= 5000000
    and not merchandise.value
    between 0.2 * product.value * share.value / 100 and 1.6 * product.value * share.value / 100
