with
    figures as (
        select source, vintage, area, year, indicator, value
        from {{ ref("fct_indicator") }}
        where is_latest and source = 'world_bank'
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
    {{ was_reviewed("charges") }}
    and charges.indicator in ('ip_receipts', 'ip_payments')
    and product.indicator = 'gdp'
    and people.indicator = 'population'
    and 100 * charges.value > case when people.value >= 20000000 then 3 else 40 end * product.value
