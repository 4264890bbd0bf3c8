---
title: Intellectual property with the world
lead: >-
  Charges for the use of patents, software, trademarks, films and music that the economy receives from and pays to all
  others.
events: [SH, S]
---

---
kind: lines
title: The world paid {area} for the use of intellectual property
id: receipts
concept: receipts from the world
trend: What the world paid {area}
---
select source as series,
{{ figure_columns() }},
    area as flow,
    basis
from ip_receipts_all
where area = $area and counterpart_area = 'W00'
order by series, year

---
kind: lines
title: "{area} paid the world for the use of intellectual property"
id: payments
concept: payments to the world
trend: What {area} paid the world
---
select source as series,
{{ figure_columns() }},
    area as flow,
    basis
from ip_payments_all
where area = $area and counterpart_area = 'W00'
order by series, year

---
kind: lines
title: "{area} received US dollars from the world for each dollar it paid"
id: cover
concept: receipts per dollar paid
trend: US dollars that {area} received for each dollar it paid
note: Above 1, the economy is a net seller.
---
select ratio.source as series,
{{ figure_columns("ratio") }},
    ratio.area as flow,
    ratio.basis,
    coalesce(least(payments.value, payments.value * ratio.value), 0) as base
from ip_cover_ratio_all as ratio
left join ip_payments_all as payments using (area, counterpart_area, source, year)
where ratio.area = $area and ratio.counterpart_area = 'W00'
order by series, ratio.year
