-- Fault: a table of the edition read in part, a country code mapped to another country, or counting that multiplies
-- rows. Joint patents counted from the rows of a complete edition agree with those that another hand counted from
-- PatentsView's tables. A sample is not compared, and the model says so.
select 'uspto' as source, vintage, area, counterpart_area, year, counted as seen, published as expected
from {{ ref("int_uspto_counts_compared") }}
where verdict = 'differs'
