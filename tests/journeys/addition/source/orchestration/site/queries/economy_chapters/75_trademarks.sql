---
title: Trademarks sought abroad
lead: Invented applications of one economy at the trademark offices of others.
---

---
kind: table
title: Applicants from {area} sought trademarks at these offices
id: offices
concept: trademark applications
partners: true
---
select trademarks.counterpart_area as partner, {{ figure_cell("trademarks") }} as applications, trademarks.source
from synthetic_trademark_applications as trademarks
where trademarks.area = $area and trademarks.counterpart_area <> 'W00'
order by trademarks.counterpart_area, trademarks.year
