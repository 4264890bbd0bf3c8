-- Title: Trademarks registered in the United States
-- Lead: A trademark protects a name or sign on one market. It is counted by the residence of its owner and the year of
--   registration; it is no measure of invention.
-- Events: _T

-- Lines: Owners from {area} registered trademarks at the office of the United States
-- Id: trademarks
-- Concept: registered trademarks by owner
-- Trend: Trademarks of owners from {area} registered in the United States
-- Note: A trademark with owners in several economies is divided among them.
select case when area = 'CHN' and source = 'ncses' then 'including Hong Kong (' || source || ')' else source end as series,
{{ figure_columns() }}
from trademark_registrations_all
where area = $area and counterpart_area = 'USA' and item = '_T'
order by series, year

-- Bars: Owners from {area} registered trademarks by business sector, newest year
-- Id: sectors
-- Concept: registered trademarks by business sector
-- Note: Sectors group the classes of the Nice Classification; a trademark in several is divided among them.
select
    item.name || ' (' || registered.source || ')' as series,
{{ figure_columns("registered") }}
from trademark_registrations_all as registered
join dim_service_item as item on registered.item = item.item
where registered.area = $area and registered.counterpart_area = 'USA' and registered.item <> '_T'
qualify registered.year = max(registered.year) over (partition by registered.source)
order by registered.value desc nulls last, series
