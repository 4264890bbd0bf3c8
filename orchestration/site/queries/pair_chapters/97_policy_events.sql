---
title: Policy events
lead: The numbered lines on the time axes. A break after an event is not proof that the event caused it.
is_of_reports: true
---

---
kind: table
title: Events of the two economies or of the whole world
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
where list_contains(string_split(areas, ';'), 'W00') or list_has_all([$area, $counterpart], string_split(areas, ';'))
order by date, event_id

---
kind: table
title: Breaks in the series of the two economies, and what changed
id: breaks
---
select year, replace(series, '_', ' ') as series, what_changed, source_title as source, source_url
from dim_series_break
where (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by year, series
