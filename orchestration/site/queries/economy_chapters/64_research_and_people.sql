---
title: Research and people
lead: >-
  Research that companies perform abroad, whom publications cite, and where people earn doctorates; each as one
  publisher states it.
events: [_T]
---

---
kind: lines
title: Companies in {area} perform research and development abroad
id: performed
concept: research performed abroad
trend: Research and development that companies in {area} perform abroad
note: All locations together. Work in their own affiliates, whoever pays for it.
---
select 'all industries (' || source || ')' as series,
{{ figure_columns() }}
from rd_performed_abroad_all
where area = $area and counterpart_area = 'W00' and item = '_T' and measure = 'rd_performed'
order by series, year

---
kind: table
title: Companies in {area} perform research and development in these economies, newest year of each
id: hosts
concept: research performed abroad
partners: true
---
select abroad.counterpart_area as partner, {{ figure_cell("abroad") }} as performed, abroad.source
from rd_performed_abroad_all as abroad
join dim_area as partner on abroad.counterpart_area = partner.area and partner.kind = 'country'
where abroad.area = $area and abroad.item = '_T' and abroad.measure = 'rd_performed' and abroad.value is not null
qualify abroad.year = max(abroad.year) over (partition by abroad.counterpart_area, abroad.source)
order by abroad.value desc, partner.name

---
kind: table
title: Companies of these economies perform research and development in {area}, newest year of each
id: performed_here
concept: research performed abroad
partners: true
---
select abroad.area as partner, {{ figure_cell("abroad") }} as performed, abroad.source
from rd_performed_abroad_all as abroad
where abroad.counterpart_area = $area and abroad.item = '_T' and abroad.measure = 'rd_performed' and abroad.value is not null
qualify abroad.year = max(abroad.year) over (partition by abroad.area, abroad.source)
order by abroad.value desc

---
kind: table
title: Publications of {area} cite those of these economies, and are cited by them, newest edition
id: citations
concept: citations in relation to size
note: 1 is what the share of the cited economy in all publications would give.
partners: true
---
select
    cites.counterpart_area as partner, {{ figure_cell("cites") }} as cites, {{ figure_cell("cited") }} as is_cited, cites.source
from citation_index_all as cites
join citation_index_all as cited
    on cites.area = cited.counterpart_area and cites.counterpart_area = cited.area and cites.source = cited.source
    and cites.authority = cited.authority and cites.year = cited.year
where cites.area = $area
qualify cites.authority = arg_max(cites.authority, cites.vintage) over ()
order by cites.value desc, cites.counterpart_area

---
kind: lines
title: Citizens of {area} earn research doctorates in the United States
id: doctorates
concept: doctorates by citizenship
trend: Research doctorates of citizens of {area} on temporary visas in the United States
note: On temporary visas, by academic year. China includes Hong Kong.
---
select case item when '_T' then 'all fields' when 'SED_SE' then 'science and engineering' else 'other fields' end
    || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = 'USA' and measure = 'doctorates'
order by series, year

---
kind: lines
title: Part of the citizens of {area} with a doctorate of the United States who intend to stay there, or stayed
id: staying
concept: share of doctorates that stays
note: >-
  What recipients intend at the doctorate, and which part of those in science and engineering was there five years
  after it, by year of observation: two questions that are never one line.
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = 'USA' and measure <> 'doctorates'
order by series, year

---
kind: table
title: Citizens of these economies earn research doctorates in {area}, newest year
id: doctorates_here
concept: doctorates by citizenship
note: On temporary visas, by academic year. China includes Hong Kong.
partners: true
---
select citizens.area as partner, {{ figure_cell("citizens") }} as doctorates, citizens.source
from doctorates_all as citizens
join dim_area as partner on citizens.area = partner.area and partner.kind = 'country'
where citizens.counterpart_area = $area and citizens.item = '_T' and citizens.measure = 'doctorates' and citizens.value is not null
qualify citizens.year = max(citizens.year) over (partition by citizens.source)
order by citizens.value desc, partner.name
