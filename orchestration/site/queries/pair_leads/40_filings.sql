---
concept: applications, grants or families at an office by origin
---
select area, counterpart_area, measure, year, value, unit, source
from patent_filing_flows_all
where
    (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    and measure in ('grants', 'applications', 'foreign_oriented_families')
    and value > 0
    and not exists (
        select 1
        from bilateral_ip_charges_all as charges
        where
            (charges.area, charges.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
            and charges.item = 'SH'
            and charges.value > 0
    )
order by year desc, measure = 'grants' desc, value desc, area, measure, source
limit 1
