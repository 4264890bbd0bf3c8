with
    counted as (
        select
            inventors.vintage,
            items.grant_year,
            items.priority_year,
            items.item,
            inventors.area,
            count(*) as patents,
            sum({{ trillionths("inventors.persons", "inventors.team * items.fields") }}) as trillionths,
            count(case when items.is_pct then 1 end) as pct_patents,
            sum(
                case
                    when items.is_pct
                    then {{ trillionths("inventors.persons", "inventors.team * items.fields") }}
                    else 0
                end
            ) as pct_trillionths,
            count(items.is_pct) as patents_with_known_route
        from {{ ref("int_uspto_inventors_shared") }} as inventors
        inner join
            {{ ref("int_uspto_items_listed") }} as items
            on inventors.vintage = items.vintage
            and inventors.patent_id = items.patent_id
        group by inventors.vintage, items.grant_year, items.priority_year, items.item, inventors.area
    ),
    clocked as (
        {{
            by_clock(
                "counted",
                ["item", "area"],
                ["patents", "trillionths", "pct_patents", "pct_trillionths", "patents_with_known_route"],
            )
        }}
    )

select
    vintage,
    clock,
    year,
    item,
    area,
    cast(patents as bigint) as patents,
    {{ decimal_of_trillionths("trillionths") }} as fractional_patents,
    case when patents_with_known_route > 0 then cast(pct_patents as bigint) end as pct_patents,
    case
        when patents_with_known_route > 0 then {{ decimal_of_trillionths("pct_trillionths") }}
    end as fractional_pct_patents
from clocked
