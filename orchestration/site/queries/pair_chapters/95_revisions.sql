---
title: Revisions
lead: Publishers revise their figures. Every vintage is kept, so that readers see what was known when.
events: [SH]
---

---
kind: table
title: Largest revisions of figures between the two economies
id: largest
note: The twenty largest, in percent.
---
select
    replace(replace(series, '_', ' '), 'ip ', 'IP ') as figure,
    area,
    counterpart_area,
    item,
    year,
    previous_vintage,
    previous_value,
    vintage,
    value,
    round(relative_change, 1) as percent_change,
    source
from fct_revision
where
    kind = 'revised'
    and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    and relative_change is not null
order by abs(relative_change) desc, series, item, year, vintage
limit 20
