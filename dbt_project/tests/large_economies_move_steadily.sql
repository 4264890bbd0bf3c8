-- Fault: one cell with a slipped digit or unit, or two countries' rows swapped. From 2005 on, a national figure of one
-- of the fifteen largest economies is between a fifth and five times that of the year before. GDP, population,
-- merchandise exports and trade shares move by less than half and double. The largest move seen is China's receipts
-- for intellectual property in 2017, 4.1 times, when a new way of recording came in. Figures below 10 million US
-- dollars or 1 000 patents are not judged.
with
    figures as (
        select source, resource, indicator, area, year, value, unit
        from {{ ref("fct_indicator") }}
        where is_latest and value is not null
    ),
    sizes as (
        select figures.area, {{ median_of("figures.value") }} as size_usd
        from figures
        inner join {{ ref("dim_area") }} as areas on figures.area = areas.area and areas.kind = 'country'
        where figures.indicator = 'gdp' and figures.year >= 2005
        group by figures.area
    ),
    large as (
        select area from (select area, row_number() over (order by size_usd desc) as place from sizes) where place <= 15
    ),
    moves as (
        select
            later.source,
            later.resource,
            later.indicator,
            later.area,
            later.year,
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
        where later.year > 2005 and later.area in (select area from large)
    )

select source, resource, indicator, area, year, seen, previous_value, ratio, factor as expected_factor_at_most
from moves
where not ratio between 1.0 / factor and factor and greatest(seen, previous_value) >= smallest_judged
