select source, year - base_year as years, outcome, cast(count(*) as integer) as cases
from {{ ref("int_receipts_compared") }}
group by source, year - base_year, outcome
