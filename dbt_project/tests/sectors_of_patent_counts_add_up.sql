with
    counts as (select * from {{ ref("fct_patent_count") }} as counted where {{ was_reviewed("counted") }}),
    sectors as (
        select source, vintage, area, measure, clock, year, {{ exact_sum("value") }} as seen, count(value) as sectors
        from counts
        where item not in ('_T', 'WIPO_08')
        group by source, vintage, area, measure, clock, year
    )

select sectors.*, counts.value as expected
from sectors
inner join counts using (source, vintage, area, measure, clock, year)
where
    counts.item = '_T'
    -- applications at the International Bureau often have no sector
    and counts.area <> 'NCSES_WIPO'
    and (sectors.sectors <> 5 or not counts.value - sectors.seen between -10 and 10 + 0.015e0 * counts.value)
