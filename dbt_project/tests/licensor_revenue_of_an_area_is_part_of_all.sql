-- Fault: a unit slip in one cell (thousands read as dollars), or an area of another period. Revenue of one area is at
-- most a
-- quarter above the whole company's revenue of the same report and period; above it at all only where areas are shown
-- before
-- eliminations between them.
select
    area.company, area.member, area.period_end, area.quarters, area.accession_number, area.value, whole.value as whole
from {{ ref("fct_licensor_revenue") }} as area
inner join
    {{ ref("fct_licensor_revenue") }} as whole
    on area.accession_number = whole.accession_number
    and area.period_end = whole.period_end
    and area.quarters = whole.quarters
where area.member_kind <> 'world' and whole.member_kind = 'world' and area.value > 1.25 * whole.value
