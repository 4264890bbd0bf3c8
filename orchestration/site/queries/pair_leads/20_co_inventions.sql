---
concept: joint inventions
---
with
counts as (
    select *, count(*) over (partition by source, authority, clock, measure) as years
    from co_inventions_all
    where
        item = '_T' and measure = 'whole_count' and value > 0 and obs_status not in ('P', 'U')
        and area = $area and counterpart_area = $counterpart
)
select year, value, unit, authority, clock
from counts
where (source, authority, clock) = (
    select (source, authority, clock) from counts order by years desc, source, authority, clock limit 1
)
order by year desc
