---
title: Technology balance
lead: >-
  What the two economies pay each other for technology: charges for the use of intellectual property and research and
  development services together.
events: [SH, S]
---

---
kind: lines
title: Technology that {area} sold to and bought from {counterpart}
id: flows
concept: technology sold and bought
---
select measure || ', ' || basis || ' (' || source || ')' as series,
{{ figure_columns() }}
from technology_balance_all
where area = $area and counterpart_area = $counterpart and item = '_T' and measure in ('receipts', 'payments', 'balance')
order by measure = 'balance', series, year

---
kind: lines
title: "{area} received US dollars from {counterpart} for each dollar it paid"
id: coverage
concept: technology receipts per dollar paid
note: "Coverage ratio: above 1, {area} is a net seller of technology to {counterpart}."
---
select
    item.name || ', ' || balance.basis || ' (' || balance.source || ')' as series,
{{ figure_columns("balance") }}
from technology_balance_all as balance
join dim_service_item as item on balance.item = item.item
where
    balance.area = $area and balance.counterpart_area = $counterpart and balance.measure = 'coverage_ratio'
order by series, balance.year
