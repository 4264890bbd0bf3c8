select 'uspto' as source, vintage, area, counterpart_area, year, counted as seen, published as expected
from {{ ref("int_uspto_counts_compared") }}
where verdict = 'differs'
