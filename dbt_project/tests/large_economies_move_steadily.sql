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
    {{ was_reviewed("moves") }}
    and not ratio between 1.0e0 / factor and factor
    and greatest(seen, previous_value) >= smallest_judged
    and not (
        source = 'world_bank'
        and indicator = 'ip_receipts'
        and area = 'MEX'
        and year = 2006
        and vintage < cast('2025-12-17' as date)
    )
