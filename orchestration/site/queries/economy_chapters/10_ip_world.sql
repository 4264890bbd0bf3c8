-- Title: Intellectual property with the world
-- Lead: Charges for the use of patents, software, trademarks, films and music that the economy receives from and pays
--   to all others.
-- Events: SH, S

-- Lines: The world paid {area} for the use of intellectual property
-- Id: receipts
-- Concept: receipts from the world
-- Trend: What the world paid {area}
select source as series,
{{ figure_columns() }},
    area as flow,
    basis
from ip_receipts_all
where area = $area and counterpart_area = 'W00'
order by series, year

-- Lines: {area} paid the world for the use of intellectual property
-- Id: payments
-- Concept: payments to the world
-- Trend: What {area} paid the world
select source as series,
{{ figure_columns() }},
    area as flow,
    basis
from ip_payments_all
where area = $area and counterpart_area = 'W00'
order by series, year

-- Lines: {area} received US dollars from the world for each dollar it paid
-- Id: cover
-- Concept: receipts per dollar paid
-- Trend: US dollars that {area} received for each dollar it paid
-- Note: Above 1, the economy is a net seller.
select source as series,
{{ figure_columns() }},
    area as flow,
    basis
from ip_cover_ratio_all
where area = $area and counterpart_area = 'W00'
order by series, year
