-- Title: The partner's share and its growth
-- Lead: The share of an economy's receipts for intellectual property that the other economy pays, and how fast it
--   grew.
-- Events: SH, S

-- Lines: One economy paid a share of the other's receipts for the use of intellectual property
-- Concept: share of receipts that a partner pays
-- Note: Lines run from payer to recipient.
select
    payer.name || ' → ' || receiver.name || ', ' || replace(share.measure, '_', ' ') || ' (' || share.source || ')' as series,
{{ figure_columns("share") }}
from partner_share_of_ip_receipts as share
join dim_area as receiver on share.area = receiver.area
join dim_area as payer on share.counterpart_area = payer.area
where (share.area, share.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, share.year

-- Table: Receipts from the partner grew or fell over 1, 5 and 10 years
select
    area,
    counterpart_area,
    base_year as from_year,
    year as to_year,
    round(max(case when measure = 'multiple' then value end), 2) as multiple,
    round(max(case when measure = 'compound_annual_growth' then value end), 1) as percent_a_year,
    source,
    vintage
from ip_receipts_growth
where (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
group by area, counterpart_area, base_year, year, source, vintage
order by area, source, year, base_year
