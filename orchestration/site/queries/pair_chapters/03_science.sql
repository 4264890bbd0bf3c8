---
title: Science and inventions
lead: What inventors, researchers and brands of the two economies do together and at each other's offices.
events: [_T]
is_screen: true
---

---
kind: lines
title: US patents with an inventor in {area} and one in {counterpart}, by year of grant
id: inventions
concept: joint inventions
trend: Joint inventions
---
select 'Joint inventions' as series,
{{ figure_columns(is_merged=true) }}
from co_inventions_all
where
    item = '_T' and measure = 'whole_count' and authority = 'US50' and clock = 'grant_year'
    and area = $area and counterpart_area = $counterpart
qualify row_number() over (partition by year order by vintage desc, source) = 1
order by source, year

---
kind: bars
title: Joint inventions of {area} and {counterpart} by field, newest full year
id: fields
concept: joint inventions by field
largest: fields of joint inventions
---
select item.name as series,
{{ figure_columns("joint", is_merged=true) }}
from co_inventions_all as joint
join dim_service_item as item on joint.item = item.item
where
    joint.item <> '_T' and joint.measure = 'whole_count' and joint.authority = 'US50' and joint.clock = 'grant_year'
    and joint.obs_status <> 'P' and joint.area = $area and joint.counterpart_area = $counterpart
qualify
    joint.year = max(joint.year) over ()
    and row_number() over (partition by joint.item, joint.year order by joint.vintage desc, joint.source) = 1
order by joint.value desc, series

---
kind: lines
title: Scientific publications with authors in {area} and in {counterpart}
id: publications
concept: joint publications
note: The newest edition alone, since each counts in another state of the database.
trend: Joint publications
---
select 'Joint publications' as series,
{{ figure_columns(is_merged=true) }}
from co_publications_all
where
    item = '_T' and measure = 'whole_count' and clock = 'publication_year'
    and area = $area and counterpart_area = $counterpart
qualify authority = arg_max(authority, vintage) over ()
    and row_number() over (partition by year order by vintage desc, source) = 1
order by source, year

---
kind: lines
title: International (PCT) applications filed by applicants of {area} and of {counterpart} with the world, by origin
id: applications
concept: international applications by origin
race: international applications
---
select origin.name as series,
{{ figure_columns("filed", is_merged=true) }},
    filed.area as flow, filed.basis
from pct_applications_all as filed
join dim_area as origin on filed.area = origin.area
where
    filed.measure = 'applications' and filed.clock = 'filing_year'
    and filed.area in ($area, $counterpart)
    and exists (
        select 1 from co_inventions_all as joint where joint.area = $area and joint.counterpart_area = $counterpart
    )
qualify row_number() over (partition by filed.area, filed.year order by filed.vintage desc, filed.source) = 1
order by filed.area = $counterpart, filed.source, filed.year

---
kind: lines
title: Trademarks that owners in {area} registered at the office of {counterpart}
id: trademarks
concept: registered trademarks by owner
trend: Trademarks of {area} at the office of {counterpart}
directed: true
---
select 'Registered trademarks' as series,
{{ figure_columns(is_merged=true) }}
from trademark_registrations_all
where item = '_T' and area = $area and counterpart_area = $counterpart
qualify row_number() over (partition by year order by vintage desc, source) = 1
order by source, year
