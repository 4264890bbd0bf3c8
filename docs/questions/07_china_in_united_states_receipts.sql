-- What share of all that the United States earn for intellectual property comes from China?
--
-- Numerator and denominator come from vintages of the same time, and the basis states who reported.
select year, round(value, 2) as percent, source, vintage from partner_share_of_ip_charges
where area = 'USA' and counterpart_area = 'CHN' order by year
