---
title: Policy events
lead: The numbered lines on the time axes. A break after an event is not proof that the event caused it.
---

---
kind: table
title: Events that affect {area} or the whole world
id: events
---
select
    row_number() over (order by date, event_id) as number,
    date,
    title as event,
    effect as why_a_series_may_break,
    source_title as source,
    source_url
from dim_policy_event
where list_has_any(string_split(areas, ';'), [$area, 'W00'])
order by date, event_id

---
kind: table
title: Breaks in the series of {area}, and what changed
id: breaks
---
select year, replace(series, '_', ' ') as series, what_changed, source_title as source, source_url
from dim_series_break
where area = $area
order by year, series
