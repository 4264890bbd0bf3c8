---
title: Complementarity in services
lead: >-
  Whether receipts for intellectual property weigh more in the economy's services exports than in those of the world,
  and whether the economy and its partners sell each other the same services.
events: [SH, S]
---

---
kind: lines
title: Weight of receipts for intellectual property in the services exports of {area}, compared with the world's
id: advantage
concept: revealed comparative advantage
note: "Revealed comparative advantage: 1 where they weigh as much as in the world."
---
select source as series,
{{ figure_columns() }}
from services_complementarity_all
where area = $area and counterpart_area = 'W00' and measure = 'revealed_comparative_advantage' and item = 'SH'
order by series, year

---
kind: table
title: Services of {area} and its partners, newest year
id: partners
concept: services traded both ways and trade complementarity
note: >-
  Grubel Lloyd: 1 means all trade is two-way, 0 all one-way. Trade complementarity: 100 means that one sells to the
  world exactly what the other buys from it.
partners: true
---
select
    fit.counterpart_area as partner,
    {{ figure_cell("fit") }} as figure,
    replace(fit.measure, '_', ' ') as measure,
    fit.source
from services_complementarity_all as fit
join dim_area as partner on fit.counterpart_area = partner.area
where
    fit.area = $area
    and partner.kind = 'country'
    and (fit.item = '_T' or fit.measure = 'trade_complementarity')
    and fit.value is not null
qualify fit.year = max(fit.year) over (partition by fit.counterpart_area, fit.measure, fit.item, fit.source)
order by partner.name, measure, fit.source, fit.item
