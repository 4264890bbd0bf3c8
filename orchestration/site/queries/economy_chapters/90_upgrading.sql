-- Title: Research and high technology
-- Lead: What the economy spends on research, publishes, files for patents at home, and exports as high technology.
-- Events: _T

-- Lines: {area} spent part of its gross domestic product on research and development
-- Id: spending
-- Concept: research share of GDP
-- Trend: Research spending of {area} as a part of its gross domestic product
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'research_and_development_share_of_gdp'
order by series, year

-- Lines: {area} had researchers, per million people
-- Id: researchers
-- Concept: researchers per million people
-- Trend: Researchers in {area} per million people
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'researchers_per_million_people'
order by series, year

-- Lines: Authors in {area} published scientific and technical articles
-- Id: articles
-- Concept: articles of an economy
-- Trend: Scientific articles of authors in {area}
-- Note: An article is divided among the economies of its authors; science and engineering, as Scopus lists them.
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'scientific_articles'
order by series, year

-- Lines: {area} paid the world for intellectual property per dollar of its own research
-- Id: payments
-- Concept: payments to the world per dollar of research
-- Trend: What {area} paid the world for intellectual property per dollar of its own research
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'ip_payments_per_research_dollar'
order by series, year

-- Lines: High technology made up part of the goods exports of {area}
-- Id: exports
-- Concept: high technology share of goods exports
-- Trend: The high technology share of the goods exports of {area}
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'high_technology_share_of_merchandise_exports'
order by series, year

-- Lines: Residents of {area} filed patent applications at home
-- Id: applications
-- Concept: applications of residents at home
-- Trend: Patent applications of residents of {area} at home
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'resident_applications'
order by series, year

-- Lines: Residents of {area} filed patent applications at home, per million people
-- Id: applications_per_head
-- Concept: applications of residents at home per million people
-- Trend: Patent applications of residents of {area} at home per million people
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'resident_applications_per_million_people'
order by series, year
