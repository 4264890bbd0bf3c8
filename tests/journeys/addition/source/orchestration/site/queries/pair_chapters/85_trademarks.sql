-- Title: Trademarks sought from each other
-- Lead: Invented applications of one economy at the trademark office of the other.
-- Events: _T

-- Lines: Applicants from {area} sought trademarks at the office of {counterpart}
-- Id: applications
-- Is: directed
select replace(measure, '_', ' ') || ' (' || source || ')' as series,
{{ figure_columns() }}
from synthetic_trademark_applications
where area = $area and counterpart_area = $counterpart
order by series, year
