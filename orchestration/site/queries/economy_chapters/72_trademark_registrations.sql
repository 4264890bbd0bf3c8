---
title: Trademarks registered in the United States
lead: >-
  A trademark protects a name or sign on one market. It is counted by the residence of its owner and the year of
  registration; it is no measure of invention.
events: [_T]
---

---
kind: lines
title: Owners from {area} registered trademarks at the office of the United States
id: trademarks
concept: registered trademarks by owner
trend: Trademarks of owners from {area} registered in the United States
note: A trademark with owners in several economies is divided among them.
---
select case when area = 'CHN' and source = 'ncses' then 'including Hong Kong (' || source || ')' else source end as series,
{{ figure_columns() }}
from trademark_registrations_all
where area = $area and counterpart_area = 'USA' and item = '_T'
order by series, year

---
kind: bars
title: Owners from {area} registered trademarks by business sector, newest year
id: sectors
concept: registered trademarks by business sector
note: Sectors group the classes of the Nice Classification; a trademark in several is divided among them.
---
select
    item.name || ' (' || registered.source || ')' as series,
{{ figure_columns("registered") }}
from trademark_registrations_all as registered
join dim_service_item as item on registered.item = item.item
where registered.area = $area and registered.counterpart_area = 'USA' and registered.item <> '_T'
qualify registered.year = max(registered.year) over (partition by registered.source)
order by registered.value desc nulls last, series
