{%- set flow = {"area": "exporter", "counterpart_area": "importer"} -%}
with
    flows as (select * from {{ ref("fct_balanced_services") }} as balanced where {{ was_reviewed("balanced", flow) }}),
    main_items as (select item from {{ ref("dim_service_item") }} where parent_item = 'S'),
    -- one side of a flow, the economy whose partners add up to the world
    sides as (
        select *, exporter as area, importer as partner, 'exports' as measure
        from flows
        union all
        select *, importer as area, exporter as partner, 'imports' as measure
        from flows
    ),
    by_partner as (
        select source, vintage, area, measure, item, year, {{ exact_sum("value") }} as seen, count(*) as parts
        from sides
        where partner <> 'W00' and area in (select area from {{ ref("followed_economies") }})
        group by source, vintage, area, measure, item, year
    ),
    by_item as (
        select source, vintage, exporter, importer, year, {{ exact_sum("value") }} as seen, count(*) as parts
        from flows
        inner join main_items using (item)
        group by source, vintage, exporter, importer, year
    )

select
    world.source,
    world.vintage,
    world.area,
    world.measure,
    world.item,
    world.year,
    by_partner.seen,
    world.value as expected
from sides as world
inner join by_partner using (source, vintage, area, measure, item, year)
where world.partner = 'W00' and by_partner.parts > 100 and abs(by_partner.seen - world.value) > 0.0001e0 * world.value
union all
select
    totals.source,
    totals.vintage,
    totals.exporter as area,
    totals.importer as measure,
    totals.item,
    totals.year,
    by_item.seen,
    totals.value as expected
from flows as totals
inner join by_item using (source, vintage, exporter, importer, year)
where totals.item = 'S' and by_item.parts >= 12 and abs(by_item.seen - totals.value) > 0.0001e0 * totals.value
