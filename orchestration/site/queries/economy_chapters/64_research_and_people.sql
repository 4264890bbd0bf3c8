-- Title: Research and people
-- Lead: Research that companies perform abroad, whom publications cite, and where people earn doctorates; each as one
--   publisher states it.
-- Events: _T

-- Lines: Companies in {area} perform research and development abroad
-- Id: performed
-- Concept: research performed abroad
-- Trend: Research and development that companies in {area} perform abroad
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

-- Table: Publications of {area} cite those of these economies, and are cited by them, newest edition
-- Id: citations
-- Concept: citations in relation to size
-- Note: 1 is what the share of the cited economy in all publications would give.
-- Is: partners
select
    cites.counterpart_area as partner, {{ figure_cell("cites") }} as cites, {{ figure_cell("cited") }} as is_cited, cites.source
from citation_index_all as cites
join citation_index_all as cited
    on cites.area = cited.counterpart_area and cites.counterpart_area = cited.area and cites.source = cited.source
    and cites.authority = cited.authority and cites.year = cited.year
where cites.area = $area
qualify cites.authority = arg_max(cites.authority, cites.vintage) over ()
order by cites.value desc, cites.counterpart_area

-- Lines: Citizens of {area} earn research doctorates in the United States
-- Id: doctorates
-- Concept: doctorates by citizenship
-- Trend: Research doctorates of citizens of {area} on temporary visas in the United States
-- Note: On temporary visas, by academic year. China includes Hong Kong.
select case item when '_T' then 'all fields' when 'SED_SE' then 'science and engineering' else 'other fields' end
    || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = 'USA' and measure = 'doctorates'
order by series, year

-- Lines: Part of the citizens of {area} with a doctorate of the United States stays there
-- Id: staying
-- Concept: share of doctorates that stays
-- Note: What recipients intend at the doctorate, and which part of those in science and engineering was there five years after
--   it, by year of observation: two questions that are never one line.
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from doctorates_all
where area = $area and counterpart_area = 'USA' and measure <> 'doctorates'
order by series, year

-- Table: Citizens of these economies earn research doctorates in {area}, newest year
-- Id: doctorates_here
-- Concept: doctorates by citizenship
-- Note: On temporary visas, by academic year. China includes Hong Kong.
-- Is: partners
select citizens.area as partner, {{ figure_cell("citizens") }} as doctorates, citizens.source
from doctorates_all as citizens
join dim_area as partner on citizens.area = partner.area and partner.kind = 'country'
where citizens.counterpart_area = $area and citizens.item = '_T' and citizens.measure = 'doctorates' and citizens.value is not null
qualify citizens.year = max(citizens.year) over (partition by citizens.source)
order by citizens.value desc, partner.name
