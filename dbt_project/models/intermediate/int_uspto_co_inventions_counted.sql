with
    joint as (select * from {{ ref("int_uspto_inventors_shared") }} where areas > 1),
    pairs as (
        select
            one.vintage,
            one.patent_id,
            one.area,
            other.area as counterpart_area,
            2 * one.persons * other.persons as share_parts,
            one.team * one.team as all_parts
        from joint as one
        inner join
            joint as other on one.vintage = other.vintage and one.patent_id = other.patent_id and one.area < other.area
    ),
    counted as (
        select
            pairs.vintage,
            items.grant_year,
            items.priority_year,
            items.item,
            pairs.area,
            pairs.counterpart_area,
            count(*) as whole,
            sum({{ trillionths("pairs.share_parts", "pairs.all_parts * items.fields") }}) as trillionths
        from pairs
        inner join
            {{ ref("int_uspto_items_listed") }} as items
            on pairs.vintage = items.vintage
            and pairs.patent_id = items.patent_id
        group by pairs.vintage, items.grant_year, items.priority_year, items.item, pairs.area, pairs.counterpart_area
    ),
    clocked as ({{ by_clock("counted", ["item", "area", "counterpart_area"], ["whole", "trillionths"]) }}),
    -- a joint invention of a and b is one of b and a
    both_ways as (
        select vintage, clock, year, item, area, counterpart_area, whole, trillionths
        from clocked
        union all
        select vintage, clock, year, item, counterpart_area as area, area as counterpart_area, whole, trillionths
        from clocked
    )

select
    both_ways.vintage,
    both_ways.clock,
    both_ways.year,
    both_ways.item,
    both_ways.area,
    both_ways.counterpart_area,
    cast(both_ways.whole as bigint) as whole,
    {{ decimal_of_trillionths("both_ways.trillionths") }} as fractional,
    areas.patents as area_patents
from both_ways
inner join
    {{ ref("int_uspto_areas_counted") }} as areas
    on both_ways.vintage = areas.vintage
    and both_ways.clock = areas.clock
    and both_ways.year = areas.year
    and both_ways.item = areas.item
    and both_ways.area = areas.area
