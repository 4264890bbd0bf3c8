with
    figures as (
        select source, resource, vintage, indicator as series, item, area, year, value
        from {{ ref("fct_indicator") }}
        where is_latest and unit not in ('PT', 'PN')
        union all
        select source, resource, vintage, measure || '_' || clock as series, item, area, year, value
        from {{ ref("fct_patent_count") }}
        where is_latest
    ),
    countries as (
        select source, resource, vintage, series, item, year, {{ exact_sum("value") }} as seen, count(*) as countries
        from figures
        inner join {{ ref("dim_area") }} as areas using (area)
        where areas.kind = 'country' and {{ was_reviewed("figures") }}
        group by source, resource, vintage, series, item, year
    )

select countries.*, world.value as expected_at_most
from countries
inner join figures as world using (source, resource, vintage, series, item, year)
where
    {{ was_reviewed("world") }}
    and world.area = 'W00'
    and countries.seen > 1.0001e0 * world.value + 0.5e0 * countries.countries
