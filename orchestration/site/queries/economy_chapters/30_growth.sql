---
title: Growth of receipts
lead: >-
  Growth of what the world pays for the use of intellectual property, in US dollars at current prices. Both years of a
  comparison come from one vintage.
events: [SH, S]
---

---
kind: lines
title: Receipts of {area} as a multiple of those five and ten years before
id: multiples
concept: growth of receipts
note: From bases of at least 10 million US dollars, and never across a break in the series.
---
select (year - base_year) || ' years before (' || source || ')' as series,
{{ figure_columns() }}
from ip_receipts_growth_all
where area = $area and counterpart_area = 'W00' and measure = 'multiple' and year - base_year in (5, 10)
order by series, year

---
kind: lines
title: How receipts of {area} changed on the year before
id: yearly
concept: growth of receipts
---
select source as series,
{{ figure_columns() }}
from ip_receipts_growth_all
where area = $area and counterpart_area = 'W00' and measure = 'compound_annual_growth' and base_year = year - 1
order by series, year
