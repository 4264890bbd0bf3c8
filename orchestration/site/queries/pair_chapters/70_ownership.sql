-- Title: Cross-border ownership
-- Lead: Inventions made in one economy that belonged to owners in the other when the patent was granted.
-- Events: _T

-- Lines: Owners in one economy held patents invented in the other
-- Id: patents
-- Concept: inventions owned abroad
select
    'inventors: ' || inventor.name || ', owners: ' || owner.name || ', ' || {{ measure_label("owned") }}
    || ' (' || owned.source || ')' as series,
{{ figure_columns("owned") }}
from cross_border_ownership_all as owned
join dim_area as inventor on owned.area = inventor.area
join dim_area as owner on owned.counterpart_area = owner.area
where
    owned.item = '_T'
    and owned.unit = 'PATN'
    and (owned.area, owned.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, owned.year

-- Lines: Owners in {counterpart} held a share of the patents invented in {area}
-- Id: shares
-- Concept: share of inventions owned abroad
-- Is: directed
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from cross_border_ownership_all
where item = '_T' and unit = 'PT' and area = $area and counterpart_area = $counterpart
order by series, year
