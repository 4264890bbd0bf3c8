---
title: Complementarity in services
lead: >-
  Whether the two economies sell each other the same kinds of services or different ones, and whether one sells to the
  world what the other buys from it.
events: [S]
is_of_reports: true
---

---
kind: lines
title: "{area} and {counterpart} traded the same services both ways: Grubel-Lloyd index, all main items"
id: both_ways
concept: services traded both ways
note: 1 means all trade is two-way, 0 all one-way, as reported by the economy of the line.
---
select
    reporter.name || ' (' || fit.source || ')' as series,
{{ figure_columns("fit") }}
from services_complementarity_all as fit
join dim_area as reporter on fit.area = reporter.area
where
    fit.measure = 'grubel_lloyd'
    and fit.item = '_T'
    and (fit.area, fit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, fit.year

---
kind: bars
title: "{area} and {counterpart} traded the same services both ways: Grubel-Lloyd index by kind of service, newest year"
id: kinds
concept: services traded both ways
---
select
    item.name || ', ' || reporter.name || ' (' || fit.source || ')' as series,
{{ figure_columns("fit") }}
from services_complementarity_all as fit
join dim_service_item as item on fit.item = item.item
join dim_area as reporter on fit.area = reporter.area
where
    item.parent_item = 'S'
    and fit.measure = 'grubel_lloyd'
    and (fit.area, fit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
qualify fit.year = max(fit.year) over (partition by fit.area, fit.source)
order by fit.value desc nulls last, series

---
kind: lines
title: "One economy sold to the world what the other bought: trade complementarity"
id: fit
concept: trade complementarity
note: 100 means that one sells to the world exactly what the other buys from it; lines run from seller to buyer.
---
select
    seller.name || ' → ' || buyer.name || ' (' || fit.source || ')' as series,
{{ figure_columns("fit") }}
from services_complementarity_all as fit
join dim_area as seller on fit.area = seller.area
join dim_area as buyer on fit.counterpart_area = buyer.area
where
    fit.measure = 'trade_complementarity'
    and (fit.area, fit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, fit.year
