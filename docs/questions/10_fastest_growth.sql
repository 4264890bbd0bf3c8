-- Whose receipts for intellectual property grew fastest between 2013 and 2023?
--
-- Compound annual growth in percent, in current US dollars; economies that earned more than a billion dollars in 2023.
select area_name as economy, round(value, 1) as percent_a_year from preferred('ip_receipts_growth')
where measure = 'compound_annual_growth' and base_year = 2013 and year = 2023
    and area in (select area from preferred('ip_receipts') where year = 2023 and value > 1e9) order by 2 desc, 1 limit 10
