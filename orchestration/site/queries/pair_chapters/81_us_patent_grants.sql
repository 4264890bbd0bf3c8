-- Title: Patents granted to the other's inventors
-- Lead: Patents of one office by the residence of their inventors and the year of the grant. The owner may live
--   elsewhere.
-- Events: _T

-- Lines: The office of {counterpart} granted patents to inventors in {area}
-- Concept: patents of the United States by residence of the inventors
-- Note: A patent of inventors in several economies is divided among them. The publisher counts Hong Kong in China.
-- Is: directed
select source as series, year, value, unit, obs_status, source, vintage
from us_patent_grants
where area = $area and counterpart_area = $counterpart and item = '_T'
order by series, year

-- Bars: The office of {counterpart} granted patents to inventors in {area} by sector of technology, newest year
-- Concept: patents of the United States by sector
-- Note: Semiconductors also count in electrical engineering.
-- Is: directed
select
    item.name || ' (' || granted.source || ')' as series,
{{ figure_columns("granted") }}
from us_patent_grants as granted
join dim_service_item as item on granted.item = item.item
where granted.area = $area and granted.counterpart_area = $counterpart and granted.item <> '_T'
qualify granted.year = max(granted.year) over (partition by granted.source)
order by granted.value desc nulls last, series
