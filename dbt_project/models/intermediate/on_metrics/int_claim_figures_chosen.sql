{%- set claimed = ["metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority", "unit"] | join(", ") -%}
{%- set series = claimed ~ ", source, basis" -%}
{#- A filter of the table each time: as a common table expression all metrics would be written down once more. What is estimated
from reports confirms and contradicts nobody. -#}
{%- set official -%}
    (
        select *
        from {{ ref("int_metrics_unioned") }}
        where basis not in ('reconciled', 'balanced') and base_year is null
    )
{%- endset -%}
with
    claims as (select * from {{ ref("stg_catalogue__claims") }}),
    economies as (
        select claim_id, year, area
        from claims
        union
        select claim_id, year, counterpart_area as area
        from claims
        union
        select claim_id, year, 'W00' as area
        from claims
    ),
    pairs as (
        select distinct one.year, one.area, other.area as counterpart_area
        from economies as one
        inner join economies as other on one.claim_id = other.claim_id
    ),
    -- figures of a claim's year about its economies: its own, and those that it may have been mistaken for
    of_the_year as (
        select official.* from {{ official }} as official inner join pairs using (year, area, counterpart_area)
    ),
    -- all years of a claim's series, which show how far it moves between vintages
    keys as (select distinct {{ claimed }} from claims),
    of_the_series as (select official.* from {{ official }} as official inner join keys using ({{ claimed }})),
    -- all economies, where a claim is above all others
    comparisons as (
        select distinct metric_id, measure, counterpart_area, item, clock, authority, unit, year
        from claims
        where bound_rule = 'above_others'
    ),
    of_the_comparison as (
        select official.*
        from {{ official }} as official
        inner join comparisons using (metric_id, measure, counterpart_area, item, clock, authority, unit, year)
    ),
    -- for a series of one vintage: in each unit and order of magnitude the figure of an economy that moved the furthest
    revised as (
        select metric_id, source
        from {{ official }} as official
        where metric_id not in ('mirror_asymmetry', 'revisions')
        group by metric_id, source
        having count(distinct vintage) > 1
    ),
    held_before as (
        select
            {{ series }},
            year,
            vintage,
            value,
            max(value) over (
                partition by {{ series }}, year
                order by vintage nulls last
                rows between unbounded preceding and 1 preceding
            ) as highest,
            min(value) over (
                partition by {{ series }}, year
                order by vintage nulls last
                rows between unbounded preceding and 1 preceding
            ) as lowest
        from {{ official }} as official
        inner join revised using (metric_id, source)
    ),
    moved as (
        select
            {{ series }},
            year,
            row_number() over (
                partition by unit, floor(log10(abs(value)))
                order by
                    greatest(highest - value, value - lowest) / abs(value) desc nulls last,
                    measure nulls last,
                    area nulls last,
                    counterpart_area nulls last,
                    item nulls last,
                    clock nulls last,
                    authority nulls last,
                    unit nulls last,
                    basis nulls last,
                    year nulls last
            ) as place
        from held_before
        where
            highest is not null
            and value <> 0
            and area in (select area from {{ ref("dim_area") }} where kind = 'country')
    ),
    furthest as (select {{ series }}, year from moved where place = 1),
    of_the_metric as (
        select metrics.*
        from {{ ref("int_metrics_unioned") }} as metrics
        inner join furthest using ({{ series }}, year)
        where metrics.base_year is null
    )

select {{ metric_columns() | join(", ") }}
from of_the_year
union
select {{ metric_columns() | join(", ") }}
from of_the_series
union
select {{ metric_columns() | join(", ") }}
from of_the_comparison
union
select {{ metric_columns() | join(", ") }}
from of_the_metric
