---
title: Cross-border ownership
lead: Inventions made in one economy that belonged to owners in the other when the patent was granted.
events: [_T]
---

---
kind: lines
title: Owners in one economy held patents invented in the other
id: patents
concept: inventions owned abroad
---
select
    'inventors: ' || inventor.name || ', owners: ' || owner.name || ', ' || {{ measure_label("owned") }}
    || ' (' || owned.source || ')' as series,
{{ figure_columns("owned") }}
from cross_border_ownership_all as owned
join dim_area as inventor on owned.area = inventor.area
join dim_area as owner on owned.counterpart_area = owner.area
where
    owned.item = '_T'
    and owned.unit = 'PATN'
    and (owned.area, owned.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, owned.year

---
kind: lines
title: Owners in {counterpart} held a share of the patents invented in {area}
id: shares
concept: share of inventions owned abroad
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from cross_border_ownership_all
where item = '_T' and unit = 'PT' and area = $area and counterpart_area = $counterpart
order by series, year
