-- Fault: one cell with a slipped digit or unit, or two countries' rows swapped. From 2005 on, a national figure of one
-- of the fifteen largest economies is between a fifth and five times that of the year before. GDP, population,
-- merchandise exports and trade shares move by less than half and double. The largest move seen is China's receipts
-- for intellectual property in 2017, 4.1 times, when a new way of recording came in. Figures below 10 million US
-- dollars or 1 000 patents are not judged. Up to 2018 the World Bank gave Mexico's receipts from 2006 on a hundredth of
-- what it gives today: as of a day before its vintage of 2025-12-17 that break is what was known.
with
    figures as (
        select source, resource, indicator, area, year, vintage, value, unit
        from {{ ref("fct_indicator") }}
        where is_latest and value is not null
    ),
    moves as (
        select
            later.source,
            later.resource,
            later.indicator,
            later.area,
            later.year,
            later.vintage,
            earlier.value as previous_value,
            later.value as seen,
            later.value / nullif(earlier.value, 0) as ratio,
            case
                when
                    later.indicator
                    in ('gdp', 'population', 'merchandise_exports', 'exports_share_of_gdp', 'imports_share_of_gdp')
                then 2
                else 5
            end as factor,
            case when later.unit = 'USD' then 10000000 when later.unit = 'PATN' then 1000 else 0 end as smallest_judged
        from figures as later
        inner join
            figures as earlier
            on later.source = earlier.source
            and later.resource = earlier.resource
            and later.indicator = earlier.indicator
            and later.area = earlier.area
            and later.year = earlier.year + 1
        where
            later.year > 2005
            and later.area
            in ('AUS', 'BRA', 'CAN', 'CHN', 'DEU', 'ESP', 'FRA', 'GBR', 'IND', 'ITA', 'JPN', 'KOR', 'MEX', 'RUS', 'USA')
    )

select source, resource, indicator, area, year, seen, previous_value, ratio, factor as expected_factor_at_most
from moves
where
    not ratio between 1.0 / factor and factor
    and greatest(seen, previous_value) >= smallest_judged
    and not (
        source = 'world_bank'
        and indicator = 'ip_receipts'
        and area = 'MEX'
        and year = 2006
        and vintage < cast('2025-12-17' as date)
    )
