-- Title: Intellectual property with the world
-- Lead: Charges for the use of patents, software, trademarks, films and music that the economy receives from and pays
--   to all others.
-- Events: SH, S

-- Lines: The world paid {area} for the use of intellectual property
-- Concept: receipts from the world
select source as series, year, value, unit, obs_status, source, vintage
from ip_receipts
where area = $area and counterpart_area = 'W00'
order by series, year

-- Lines: {area} paid the world for the use of intellectual property
-- Concept: payments to the world
select source as series, year, value, unit, obs_status, source, vintage
from ip_payments
where area = $area and counterpart_area = 'W00'
order by series, year

-- Lines: {area} received US dollars from the world for each dollar it paid
-- Concept: receipts per dollar paid
-- Note: Above 1, the economy is a net seller.
select source as series, year, value, unit, obs_status, source, vintage
from ip_cover_ratio
where area = $area and counterpart_area = 'W00'
order by series, year
