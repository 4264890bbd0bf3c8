---
title: Patents granted to the other's inventors
lead: Patents of one office by the residence of their inventors and the year of the grant. The owner may live elsewhere.
events: [_T]
---

---
kind: lines
title: The office of {counterpart} granted patents to inventors in {area}
id: grants
concept: patents of the United States by residence of the inventors
note: A patent of inventors in several economies is divided among them. The publisher counts Hong Kong in China.
directed: true
---
select source as series,
{{ figure_columns() }}
from us_patent_grants_all
where area = $area and counterpart_area = $counterpart and item = '_T'
order by series, year

---
kind: bars
title: The office of {counterpart} granted patents to inventors in {area} by sector of technology, newest year
id: sectors
concept: patents of the United States by sector
note: Semiconductors also count in electrical engineering.
directed: true
---
select
    item.name || ' (' || granted.source || ')' as series,
{{ figure_columns("granted") }}
from us_patent_grants_all as granted
join dim_service_item as item on granted.item = item.item
where granted.area = $area and granted.counterpart_area = $counterpart and granted.item <> '_T'
qualify granted.year = max(granted.year) over (partition by granted.source)
order by granted.value desc nulls last, series

---
kind: table
title: >-
  Weight of each sector of technology in the patents of the United States that inventors in {area} and in
  {counterpart} received, newest year
id: advantage
concept: technology specialisation
note: "Revealed technology advantage: 1 where a sector weighs as much as in the world."
---
select
    inventors.name as inventors_in,
    item.name as sector,
    {{ figure_cell("special") }} as technology_advantage,
    special.source
from technology_specialisation_all as special
join dim_area as inventors on special.area = inventors.area
join dim_service_item as item on special.item = item.item
where
    special.authority = 'US50'
    and special.value is not null
    and special.area in ($area, $counterpart)
    and exists (
        select 1
        from us_patent_grants_all as granted
        where (granted.area, granted.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    )
qualify special.year = max(special.year) over (partition by special.area, special.source)
order by inventors.name, special.value desc, sector
