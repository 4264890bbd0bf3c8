with
    squares as (
        select
            inventors.vintage,
            inventors.patent_id,
            inventors.team,
            sum(inventors.persons * inventors.persons) as squared
        from {{ ref("int_uspto_inventors_shared") }} as inventors
        inner join
            {{ ref("int_uspto_items_listed") }} as items
            on inventors.vintage = items.vintage
            and inventors.patent_id = items.patent_id
        where inventors.areas > 1 and items.item = '_T'
        group by inventors.vintage, inventors.patent_id, inventors.team
    ),
    expected as (
        select vintage, {{ exact_sum("1 - squared / cast(team * team as " ~ double_type() ~ ")") }} as expected
        from squares
        group by vintage
    ),
    seen as (
        select vintage, sum(fractional) as seen, sum(whole) as pairs
        from {{ ref("int_uspto_co_inventions_counted") }}
        where clock = 'grant_year' and item = '_T' and area < counterpart_area
        group by vintage
    )
select coalesce(expected.vintage, seen.vintage) as vintage, seen.seen, expected.expected
from expected
full join seen on expected.vintage = seen.vintage
where seen.seen is null or expected.expected is null or abs(seen.seen - expected.expected) > 0.000000002e0 * seen.pairs
