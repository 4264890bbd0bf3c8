---
concept: research share of GDP
---
select year, value, unit, source
from technology_upgrading_all
where
    area = $area
    and measure = 'research_and_development_share_of_gdp'
    and value > 0
    and not exists (select 1 from ip_receipts_all where area = $area and value is not null)
    and not exists (select 1 from ip_payments_all where area = $area and value is not null)
order by year desc, source
limit 1
