-- Title: Research and people
-- Lead: What the companies and the researchers of one economy do in, or take from, the other one, each by the report of one side.
-- Events: _T

-- Lines: Companies in {area} perform research and development in {counterpart}
-- Id: performed
-- Concept: research performed abroad
-- Note: Work in their own affiliates, whoever pays for it: neither a payment across the border nor R&D that they buy.
-- Is: directed
select 'all industries (' || source || ')' as series,
{{ figure_columns() }}
from rd_performed_abroad_all
where area = $area and counterpart_area = $counterpart and item = '_T' and measure = 'rd_performed'
order by series, year

-- Table: Research and development of companies in {area} performed in {counterpart}, by industry of the company, newest year
-- Id: performed_by_industry
-- Concept: research performed abroad
-- Note: A selection of industries; each is part of the industry above it. An empty cell is suppressed or published as a range.
-- Is: directed
select item.name as industry, {{ figure_cell("abroad") }} as performed, abroad.source
from rd_performed_abroad_all as abroad
join dim_service_item as item on abroad.item = item.item
where abroad.area = $area and abroad.counterpart_area = $counterpart and abroad.measure = 'rd_performed'
    and abroad.item <> '_T'
qualify abroad.year = max(abroad.year) over (partition by abroad.source)
order by abroad.item, abroad.source
