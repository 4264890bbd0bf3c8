---
concept: registered trademarks by owner
---
select area, counterpart_area, year, value, source
from trademark_registrations_all
where (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area)) and item = '_T' and value > 0 and obs_status <> 'U'
order by year desc, value desc
limit 1
