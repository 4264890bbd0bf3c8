---
title: Trademarks registered at the other's office
lead: >-
  A trademark protects a name or sign on one market. It is counted by the residence of its owner and the year of
  registration; it is no measure of invention.
events: [_T]
---

---
kind: lines
title: Owners from {area} registered trademarks at the office of {counterpart}
id: trademarks
concept: registered trademarks by owner
note: A trademark with owners in several economies is divided among them. The publisher counts Hong Kong in China.
directed: true
---
select source as series,
{{ figure_columns() }}
from trademark_registrations_all
where area = $area and counterpart_area = $counterpart and item = '_T'
order by series, year

---
kind: bars
title: Owners from {area} registered trademarks at the office of {counterpart} by business sector, newest year
id: sectors
concept: registered trademarks by business sector
directed: true
---
select
    item.name || ' (' || registered.source || ')' as series,
{{ figure_columns("registered") }}
from trademark_registrations_all as registered
join dim_service_item as item on registered.item = item.item
where registered.area = $area and registered.counterpart_area = $counterpart and registered.item <> '_T'
qualify registered.year = max(registered.year) over (partition by registered.source)
order by registered.value desc nulls last, series
