---
title: Trade in services
lead: >-
  All services that the two economies sell each other, and the balance. A balance and its exports and imports come
  from one source and one vintage.
events: [S]
---

---
kind: lines
title: "{area} sold services to {counterpart}"
id: sold
concept: services between two economies
note: Reported lines come from {area}, mirrored lines are the purchases that {counterpart} reports.
directed: true
---
select
    basis || ' (' || source || ')' as series,
{{ figure_columns() }}
from bilateral_services_balance_all
where
    item = 'S' and measure = 'exports' and basis <> 'balanced' and area = $area and counterpart_area = $counterpart
order by basis desc, source, year

---
kind: lines
title: "Services that {area} sold {counterpart}, less those it bought: the balance"
id: balance
concept: balance of services between two economies
note: Below zero, {area} bought more than it sold. Mirrored lines are reports of {counterpart}.
---
select
    basis || ' (' || source || ')' as series,
{{ figure_columns() }}
from bilateral_services_balance_all
where
    item = 'S' and measure = 'balance' and basis <> 'balanced' and area = $area and counterpart_area = $counterpart
order by basis desc, source, year

---
kind: lines
title: "{area} sold services to {counterpart}, as OECD and WTO estimate it"
id: estimates
concept: services between two economies
note: Balanced estimates, made from the reports of both sides and from models; no report is replaced by them.
directed: true
---
select
    basis || ' (' || source || ')' as series,
{{ figure_columns() }}
from bilateral_services_balance_all
where
    item = 'S' and measure = 'exports' and basis = 'balanced' and area = $area and counterpart_area = $counterpart
order by source, year

---
kind: bars
title: "{area} sold services to {counterpart}, by kind of service"
id: kinds
concept: services between two economies by kind
note: The newest year of each source and basis. Kinds that no source of this release gives are absent.
directed: true
---
select
    item.name || ', ' || services.basis || ' (' || services.source || ')' as series,
{{ figure_columns("services") }}
from bilateral_services_balance_all as services
join dim_service_item as item on services.item = item.item
where
    item.parent_item = 'S'
    and services.measure = 'exports'
    and services.area = $area
    and services.counterpart_area = $counterpart
qualify services.year = max(services.year) over (partition by services.source, services.basis)
order by services.value desc nulls last, series
