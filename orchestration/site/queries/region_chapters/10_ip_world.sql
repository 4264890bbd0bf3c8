-- Title: Intellectual property with the world
-- Lead: Charges for the use of patents, software, trademarks, films and music that the members receive from and pay to
--   all others, members among them. Years in which too few economies have reported are in the table and not on a line.
-- Events: SH, S

-- Lines: Receipts of {area} for the use of intellectual property
-- Id: receipts
-- Concept: receipts from the world
select source as series,
{{ figure_columns() }}
from ip_receipts_all
where area = $area and counterpart_area = 'W00'
order by series, year

-- Lines: Payments of {area} for the use of intellectual property
-- Id: payments
-- Concept: payments to the world
select source as series,
{{ figure_columns() }}
from ip_payments_all
where area = $area and counterpart_area = 'W00'
order by series, year
