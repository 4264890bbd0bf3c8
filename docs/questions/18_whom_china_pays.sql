-- Whom does China pay for the use of intellectual property?
--
-- China reports no payments by partner. These are estimates of OECD and WTO (BaTIS, basis balanced, edition of January
-- 2021, inferred): both sides' reports weighed against each other, and models where nobody reported.
select counterpart_name as paid_to, round(value, 1) as percent_of_payments from named_partner_share_of_ip_charges_all
where area = 'CHN' and measure = 'share_of_payments_to_world' and basis = 'balanced' and counterpart_kind = 'country'
    and year = 2019 order by value desc limit 10
