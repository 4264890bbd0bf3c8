with
    samples as (select vintage, excerpt from {{ ref("int_uspto_editions_chosen") }} where not is_complete),
    counted as (
        select
            'inventions' as measure,
            vintage,
            clock,
            year,
            item,
            area,
            'W00' as counterpart_area,
            patents as whole,
            fractional_patents as fractional
        from {{ ref("int_uspto_areas_counted") }}
        union all
        select 'co_inventions' as measure, vintage, clock, year, item, area, counterpart_area, whole, fractional
        from {{ ref("int_uspto_co_inventions_counted") }}
        union all
        select 'ownership' as measure, vintage, clock, year, item, area, counterpart_area, whole, fractional
        from {{ ref("int_uspto_ownership_counted") }}
    )

select
    'uspto' as source,
    counted.measure,
    counted.area,
    counted.counterpart_area,
    counted.clock,
    counted.item,
    counted.year,
    counted.vintage,
    counted.whole as patents_in_sample,
    counted.fractional as fractional_patents_in_sample,
    coalesce(samples.excerpt, 'a table of the release is not held') as sample
from counted
inner join samples on counted.vintage = samples.vintage
