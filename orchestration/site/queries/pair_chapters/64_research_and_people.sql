---
title: Research and people
lead: >-
  Research that companies of one economy perform in the other, whom its publications cite, and where its people earn
  doctorates; each as one publisher states it.
events: [_T]
---

---
kind: lines
title: Companies in {area} perform research and development in {counterpart}
id: performed
concept: research performed abroad
note: "Work in their own affiliates, whoever pays for it: neither a payment across the border nor R&D that they buy."
directed: true
---
select 'all industries (' || source || ')' as series,
{{ figure_columns() }}
from rd_performed_abroad_all
where area = $area and counterpart_area = $counterpart and item = '_T' and measure = 'rd_performed'
order by series, year

---
kind: table
title: >-
  Research and development of companies in {area} performed in {counterpart}, by industry of the company, newest year
id: performed_by_industry
concept: research performed abroad
note: A selection of industries, some of which are part of others, without those whose amount is suppressed or a range.
directed: true
---
select replace(item.name, ' (industry)', '') as industry, {{ figure_cell("abroad") }} as performed, abroad.source
from rd_performed_abroad_all as abroad
join dim_service_item as item on abroad.item = item.item
where abroad.area = $area and abroad.counterpart_area = $counterpart and abroad.measure = 'rd_performed'
    and abroad.item <> '_T' and abroad.value is not null
qualify abroad.year = max(abroad.year) over (partition by abroad.area, abroad.source)
order by abroad.item, abroad.source

---
kind: table
title: How much publications of {area} cite those of {counterpart}, compared with what their size would give
id: citations
concept: citations in relation to size
note: >-
  1 is what the share of the cited economy in all publications would give. Editions count in different states of the
  database: their years are no series.
directed: true
---
select cites.year as publications_of, {{ figure_cell("cites") }} as citation_index, {{ measure_label("cites") }} as counted, cites.source
from citation_index_all as cites
where cites.area = $area and cites.counterpart_area = $counterpart
order by cites.year, cites.authority, cites.source

---
kind: lines
title: Citizens of {area} earn research doctorates in {counterpart}
id: doctorates
concept: doctorates by citizenship
note: On temporary visas, by academic year. China includes Hong Kong.
directed: true
---
select case item when '_T' then 'all fields' when 'SED_SE' then 'science and engineering' else 'other fields' end
    || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = $counterpart and measure = 'doctorates'
order by series, year

---
kind: lines
title: Part of the citizens of {area} with a doctorate of {counterpart} who intend to stay there, or stayed
id: staying
concept: share of doctorates that stays
note: >-
  What recipients intend at the doctorate, and which part of those in science and engineering was there five years
  after it, by year of observation: two questions that are never one line.
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = $counterpart and measure <> 'doctorates'
order by series, year
