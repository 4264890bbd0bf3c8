-- Fault: a unit slip in receipts, payments or GDP. Charges for the use of intellectual property stay below 3 percent
-- of GDP in countries of at least twenty million people (highest seen: Ukraine 2.0, Germany's receipts 1.4) and below
-- 40 percent anywhere (highest seen: Ireland's payments, 30 percent of a GDP that multinational companies book there).
with
    figures as (
        select area, year, indicator, value from {{ ref("fct_indicator") }} where is_latest and source = 'world_bank'
    )

select
    'world_bank' as source,
    charges.indicator,
    charges.area,
    charges.year,
    100 * charges.value / nullif(product.value, 0) as seen_percent_of_gdp,
    case when people.value >= 20000000 then 3 else 40 end as expected_at_most
from figures as charges
inner join figures as product on charges.area = product.area and charges.year = product.year
inner join figures as people on charges.area = people.area and charges.year = people.year
inner join {{ ref("dim_area") }} as areas on charges.area = areas.area and areas.kind = 'country'
where
    charges.indicator in ('ip_receipts', 'ip_payments')
    and product.indicator = 'gdp'
    and people.indicator = 'population'
    and 100 * charges.value > case when people.value >= 20000000 then 3 else 40 end * product.value
