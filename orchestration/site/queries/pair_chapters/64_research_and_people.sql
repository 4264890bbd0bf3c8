-- Title: Research and people
-- Lead: Research that companies of one economy perform in the other, whom its publications cite, and where its people earn
--   doctorates; each as one publisher states it.
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
-- Note: A selection of industries, some of which are part of others, without those whose amount is suppressed or a range.
-- Is: directed
select replace(item.name, ' (industry)', '') as industry, {{ figure_cell("abroad") }} as performed, abroad.source
from rd_performed_abroad_all as abroad
join dim_service_item as item on abroad.item = item.item
where abroad.area = $area and abroad.counterpart_area = $counterpart and abroad.measure = 'rd_performed'
    and abroad.item <> '_T' and abroad.value is not null
qualify abroad.year = max(abroad.year) over (partition by abroad.area, abroad.source)
order by abroad.item, abroad.source

-- Table: Publications of {area} cite those of {counterpart} more or less than their size would give
-- Id: citations
-- Concept: citations in relation to size
-- Note: 1 is what the share of the cited economy in all publications would give. Editions count in different states of the
--   database: their years are no series.
-- Is: directed
select cites.year as publications_of, {{ figure_cell("cites") }} as citation_index, {{ measure_label("cites") }} as counted, cites.source
from citation_index_all as cites
where cites.area = $area and cites.counterpart_area = $counterpart
order by cites.year, cites.authority, cites.source

-- Lines: Citizens of {area} earn research doctorates in {counterpart}
-- Id: doctorates
-- Concept: doctorates by citizenship
-- Note: On temporary visas, by academic year. China includes Hong Kong.
-- Is: directed
select case item when '_T' then 'all fields' when 'SED_SE' then 'science and engineering' else 'other fields' end
    || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = $counterpart and measure = 'doctorates'
order by series, year

-- Lines: Part of the citizens of {area} with a doctorate of {counterpart} stays there
-- Id: staying
-- Concept: share of doctorates that stays
-- Note: What recipients intend at the doctorate, and which part of those in science and engineering was there five years after
--   it, by year of observation: two questions that are never one line.
-- Is: directed
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = $counterpart and measure <> 'doctorates'
order by series, year
