---
title: Trademarks sought from each other
lead: Invented applications of one economy at the trademark office of the other.
events: [_T]
---

---
kind: lines
title: Applicants from {area} sought trademarks at the office of {counterpart}
id: applications
concept: trademark applications
directed: true
---
select replace(measure, '_', ' ') || ' (' || source || ')' as series,
{{ figure_columns() }}
from synthetic_trademark_applications
where area = $area and counterpart_area = $counterpart
order by series, year
