---
title: Revisions
lead: Publishers revise their figures. Every vintage is kept, so that readers see what was known when.
events: [SH]
---

---
kind: lines
title: The world paid {area} for the use of intellectual property, by vintage
id: vintages
concept: receipts from the world
note: At most the four newest vintages of each source, of sources with more than one.
---
select 'vintage ' || vintage || ' (' || source || ')' as series,
{{ figure_columns(also="vintage") }}
from metric_vintages
where metric_id = 'ip_receipts' and area = $area and counterpart_area = 'W00' and year >= 2005
qualify
    dense_rank() over (partition by source order by vintage desc) <= 4
    and min(vintage) over (partition by source) < max(vintage) over (partition by source)
order by source, vintage desc, year

---
kind: table
title: Largest revisions of figures of {area}
id: largest
note: The fifteen largest, in percent.
---
select
    replace(replace(series, '_', ' '), 'ip ', 'IP ') as figure,
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
where kind = 'revised' and area = $area and relative_change is not null
order by abs(relative_change) desc, series, counterpart_area, item, year, vintage
limit 15
