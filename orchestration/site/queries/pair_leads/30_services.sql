---
concept: services between two economies
---
select area as seller, counterpart_area as buyer, year, value, unit, obs_status, source
from bilateral_services_balance_all
where
    item = 'S' and measure = 'exports' and basis in ('reported', 'mirrored') and value > 0 and obs_status <> 'U'
    and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by year desc, basis = 'reported' desc, value desc, vintage desc, source, seller
