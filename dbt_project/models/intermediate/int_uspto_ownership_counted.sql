with
    held as (
        select
            inventors.vintage,
            inventors.patent_id,
            inventors.area,
            owners.area as counterpart_area,
            inventors.persons * owners.persons as share_parts,
            inventors.team * owners.team as all_parts
        from {{ ref("int_uspto_inventors_shared") }} as inventors
        inner join
            {{ ref("int_uspto_owners_shared") }} as owners
            on inventors.vintage = owners.vintage
            and inventors.patent_id = owners.patent_id
    ),
    counted as (
        select
            held.vintage,
            items.grant_year,
            items.priority_year,
            items.item,
            held.area,
            held.counterpart_area,
            count(*) as whole,
            sum({{ trillionths("held.share_parts", "held.all_parts * items.fields") }}) as trillionths
        from held
        inner join
            {{ ref("int_uspto_items_listed") }} as items
            on held.vintage = items.vintage
            and held.patent_id = items.patent_id
        group by held.vintage, items.grant_year, items.priority_year, items.item, held.area, held.counterpart_area
    ),
    clocked as ({{ by_clock("counted", ["item", "area", "counterpart_area"], ["whole", "trillionths"]) }})

select
    vintage,
    clock,
    year,
    item,
    area,
    counterpart_area,
    cast(whole as bigint) as whole,
    {{ decimal_of_trillionths("trillionths") }} as fractional
from clocked
