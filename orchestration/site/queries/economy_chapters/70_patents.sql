---
title: Patents and applications
lead: >-
  International (PCT) applications ask for protection in many countries at once and are no patents. A patent family is
  one invention, by the residence of its inventors and the year of its first grant.
events: [_T]
---

---
kind: lines
title: Applicants from {area} filed international (PCT) applications
id: applications
concept: international applications by origin
trend: International (PCT) applications from {area}
note: By the origin of the first applicant and the year of filing.
---
select source as series,
{{ figure_columns() }}
from pct_applications_all
where area = $area and item = '_T' and measure = 'applications'
order by series, year

---
kind: lines
title: Inventors in {area} received their first patent on so many inventions
id: families
concept: patent families by residence of the inventors
trend: Patent families of inventors in {area}
note: Patent families by year of the first grant, not applications and not patents of one office.
---
select case when area = 'CHN' and source = 'ncses' then 'including Hong Kong (' || source || ')' else source end as series,
{{ figure_columns() }}
from patent_families_all
where area = $area and item = '_T'
order by series, year

---
kind: bars
title: How much {area} invents in each field of technology, compared with the world, newest year
id: fields
concept: technology specialisation
note: >-
  Patent families of all offices. Revealed technology advantage: 1 where a field weighs as much as in the world. It
  says nothing about how much is invented.
---
select
    item.name || ' (' || special.source || ')' as series,
{{ figure_columns("special") }}
from technology_specialisation_all as special
join dim_service_item as item on special.item = item.item
where special.area = $area and special.authority = '_Z'
qualify special.year = max(special.year) over (partition by special.source)
order by special.value desc nulls last, series

---
kind: lines
title: Inventors in {area} were granted patents by the office of the United States
id: us_grants
concept: patents of the United States by residence of the inventors
trend: United States patents of inventors in {area}
note: A patent of inventors in several economies is divided among them.
---
select case when area = 'CHN' and source = 'ncses' then 'including Hong Kong (' || source || ')' else source end as series,
{{ figure_columns() }}
from us_patent_grants_all
where area = $area and item = '_T'
order by series, year

---
kind: bars
title: >-
  Weight of each sector of technology in the patents of the United States that inventors in {area} received, newest
  year
id: us_sectors
concept: technology specialisation
note: >-
  Revealed technology advantage: 1 where a sector weighs as much as in the world. Semiconductors also count in
  electrical engineering.
---
select
    item.name || ' (' || special.source || ')' as series,
{{ figure_columns("special") }}
from technology_specialisation_all as special
join dim_service_item as item on special.item = item.item
where special.area = $area and special.authority = 'US50'
qualify special.year = max(special.year) over (partition by special.source)
order by special.value desc nulls last, series

---
kind: lines
title: Applicants from {area} filed for patents at home and abroad
id: filings
concept: applications at an office by origin
note: Direct applications and national phases of the PCT are parts of all applications; they are separate lines.
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = 'W00' and unit = 'PATN' and measure not like '%grants%'
order by series, year

---
kind: table
title: Applicants from {area} filed for patents or were granted them at the offices of these economies
id: partners
concept: applications, grants or families at an office by origin
note: The newest year of each measure.
partners: true
---
select
    flows.counterpart_area as partner,
    {{ figure_cell("flows") }} as documents,
    {{ measure_label("flows") }} as counted,
    flows.source
from patent_filing_flows_all as flows
join dim_area as partner on flows.counterpart_area = partner.area
where
    flows.area = $area
    and flows.counterpart_area <> $area
    and partner.kind = 'country'
    and flows.unit = 'PATN'
    and flows.value is not null
qualify
    flows.year = max(flows.year) over (
        partition by flows.counterpart_area, flows.measure, flows.authority, flows.clock, flows.source
    )
order by partner.name, counted, flows.source
