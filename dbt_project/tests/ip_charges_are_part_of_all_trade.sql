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
    charges.value as seen,
    product.value * share.value / 100 / 3 as expected_at_most
from figures as charges
inner join figures as product on charges.area = product.area and charges.year = product.year
inner join figures as share on charges.area = share.area and charges.year = share.year
where
    {{ was_reviewed("charges") }}
    and charges.indicator in ('ip_receipts', 'ip_payments')
    and product.indicator = 'gdp'
    and product.value > 10000000000
    and share.indicator
    = case when charges.indicator = 'ip_receipts' then 'exports' else 'imports' end || '_share_of_gdp'
    -- shares of Venezuela are published as zero from 1996 to 2011
    and share.value > 0
    and charges.value > product.value * share.value / 100 / 3
