-- Title: Patents at each other's office
-- Lead: Applications of one economy at the patent office of the other and what it granted, direct or through the
--   Patent Cooperation Treaty (PCT). An application is no patent until it is granted.
-- Events: _T

-- Lines: Applicants from {area} filed patent applications at the office of {counterpart}
-- Id: applications
-- Concept: applications at an office by origin
-- Is: directed
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PATN' and measure not like '%grants'
order by measure not in ('applications', 'grants'), series, year

-- Lines: The office of {counterpart} granted patents to applicants from {area}
-- Id: grants
-- Concept: grants of an office by origin
-- Is: directed
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PATN' and measure like '%grants'
order by measure not in ('applications', 'grants'), series, year

-- Lines: Inventions of {area} were also filed at the office of {counterpart}
-- Id: families
-- Concept: patent families filed at an office by origin
-- Note: Patent families by the year of their first filing; a family is one invention, whatever the number of its
--   applications.
-- Is: directed
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PATF'
order by measure not in ('applications', 'grants'), series, year

-- Lines: Applicants from {area} came to the office of {counterpart} through the PCT, share of applications or of
--   grants
-- Id: pct
-- Concept: share of applications or of grants through the PCT
-- Is: directed
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from patent_filing_flows_all
where area = $area and counterpart_area = $counterpart and unit = 'PT'
order by measure not in ('applications', 'grants'), series, year
