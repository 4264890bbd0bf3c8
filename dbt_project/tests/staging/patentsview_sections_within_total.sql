with
    totals as (
        select vintage, counterpart_area, year, value as total
        from {{ ref("stg_patentsview__co_inventions") }}
        where item = '_T'
    ),
    sections as (
        select vintage, counterpart_area, year, sum(value) as sum_of_sections
        from {{ ref("stg_patentsview__co_inventions") }}
        where item <> '_T'
        group by vintage, counterpart_area, year
    )
select sections.vintage, sections.counterpart_area, sections.year, sections.sum_of_sections, totals.total
from sections
left join
    totals
    on sections.vintage = totals.vintage
    and sections.counterpart_area = totals.counterpart_area
    and sections.year = totals.year
where totals.total is null or sections.sum_of_sections > totals.total
