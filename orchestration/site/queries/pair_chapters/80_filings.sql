---
title: Patents at each other's office
lead: >-
  Applications of one economy at the patent office of the other and what it granted, direct or through the Patent
  Cooperation Treaty (PCT). An application is no patent until it is granted.
events: [_T]
---

---
kind: lines
title: Applicants from {area} filed patent applications at the office of {counterpart}
id: applications
concept: applications at an office by origin
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PATN' and measure not like '%grants'
order by measure not in ('applications', 'grants'), series, year

---
kind: lines
title: The office of {counterpart} granted patents to applicants from {area}
id: grants
concept: grants of an office by origin
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PATN' and measure like '%grants'
order by measure not in ('applications', 'grants'), series, year

---
kind: lines
title: Inventions of {area} were also filed at the office of {counterpart}
id: families
concept: patent families filed at an office by origin
note: >-
  Patent families by the year of their first filing; a family is one invention, whatever the number of its
  applications.
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PATF'
order by measure not in ('applications', 'grants'), series, year

---
kind: lines
title: Applicants from {area} came to the office of {counterpart} through the PCT, share of applications or of grants
id: pct
concept: share of applications or of grants through the PCT
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PT'
order by measure not in ('applications', 'grants'), series, year
