select
    vintage,
    clock,
    year,
    area,
    sum(case when item = '_T' then 0 else fractional_patents end) as seen,
    sum(case when item = '_T' then fractional_patents else 0 end) as expected
from {{ ref("int_uspto_areas_counted") }}
group by vintage, clock, year, area
having
    abs(sum(case when item = '_T' then - fractional_patents else fractional_patents end))
    > 0.00000001e0 * (1 + sum(patents))
