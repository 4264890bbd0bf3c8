-- Title: Research and people
-- Lead: What companies and researchers of the economy do in others, and where its people earn doctorates, each by the report of one side.
-- Events: _T

-- Lines: Companies in {area} perform research and development abroad
-- Id: performed
-- Concept: research performed abroad
-- Note: All locations together. Work in their own affiliates, whoever pays for it.
select 'all industries (' || source || ')' as series,
{{ figure_columns() }}
from rd_performed_abroad_all
where area = $area and counterpart_area = 'W00' and item = '_T' and measure = 'rd_performed'
order by series, year

-- Table: Companies in {area} perform research and development in these economies, newest year of each
-- Id: hosts
-- Concept: research performed abroad
-- Is: partners
select abroad.counterpart_area as partner, {{ figure_cell("abroad") }} as performed, abroad.source
from rd_performed_abroad_all as abroad
join dim_area as partner on abroad.counterpart_area = partner.area and partner.kind = 'country'
where abroad.area = $area and abroad.item = '_T' and abroad.measure = 'rd_performed' and abroad.value is not null
qualify abroad.year = max(abroad.year) over (partition by abroad.counterpart_area, abroad.source)
order by abroad.value desc, partner.name

-- Table: Companies of these economies perform research and development in {area}, newest year of each
-- Id: performed_here
-- Concept: research performed abroad
-- Is: partners
select abroad.area as partner, {{ figure_cell("abroad") }} as performed, abroad.source
from rd_performed_abroad_all as abroad
where abroad.counterpart_area = $area and abroad.item = '_T' and abroad.measure = 'rd_performed' and abroad.value is not null
qualify abroad.year = max(abroad.year) over (partition by abroad.area, abroad.source)
order by abroad.value desc
