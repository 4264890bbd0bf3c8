select
    area.company, area.member, area.period_end, area.quarters, area.accession_number, area.value, whole.value as whole
from {{ ref("fct_licensor_revenue") }} as area
inner join
    {{ ref("fct_licensor_revenue") }} as whole
    on area.accession_number = whole.accession_number
    and area.period_end = whole.period_end
    and area.quarters = whole.quarters
    and area.line = whole.line
where area.member_kind <> 'world' and whole.member_kind = 'world' and area.value > 1.25e0 * whole.value
