---
title: Digital trade
lead: >-
  Digitally deliverable services could be delivered over a network, digitally delivered services were. They are
  different measures, both in percent of trade in goods and services.
events: [S]
---

---
kind: lines
title: Digitally deliverable or delivered services made up part of the trade of {area}
id: shares
concept: digital share of trade
---
select replace(measure, '_', ' ') || ' (' || source || ')' as series,
{{ figure_columns() }}
from digital_share_of_trade_all
where area = $area
order by measure, series, year
