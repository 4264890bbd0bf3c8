---
title: Cross-border ownership
lead: Inventions made in one economy that belonged to owners in another when the patent was granted.
---

---
kind: table
title: Owners in these economies held patents invented in {area}
id: invented
concept: inventions owned abroad
partners: true
---
select
    owned.counterpart_area as partner,
    {{ figure_cell("owned") }} as patents,
    {{ measure_label("owned") }} as counted,
    owned.source
from cross_border_ownership_all as owned
join dim_area as partner on owned.counterpart_area = partner.area
where
    owned.area = $area
    and owned.item = '_T'
    and owned.unit = 'PATN'
    and partner.kind = 'country'
    and owned.value is not null
qualify
    owned.year = max(owned.year) over (partition by owned.counterpart_area, owned.measure, owned.authority, owned.clock, owned.source)
order by owned.value desc, partner.name, counted, owned.source

---
kind: table
title: Owners in {area} held patents invented in these economies
id: owned
concept: inventions owned abroad
partners: true
---
select
    owned.area as partner,
    {{ figure_cell("owned") }} as patents,
    {{ measure_label("owned") }} as counted,
    owned.source
from cross_border_ownership_all as owned
join dim_area as partner on owned.area = partner.area
where
    owned.counterpart_area = $area
    and owned.item = '_T'
    and owned.unit = 'PATN'
    and partner.kind = 'country'
    and owned.value is not null
qualify
    owned.year = max(owned.year) over (partition by owned.area, owned.measure, owned.authority, owned.clock, owned.source)
order by owned.value desc, partner.name, counted, owned.source
