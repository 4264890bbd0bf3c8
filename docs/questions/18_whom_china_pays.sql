-- Whom does China pay for the use of intellectual property?
--
-- China reports no payments by partner. These are estimates of OECD and WTO (BaTIS, basis balanced, edition of January 2021,
-- inferred): both sides' reports weighed against each other, and models where nobody reported.
select partner.name as paid_to, round(share.value, 1) as percent_of_payments
from partner_share_of_ip_charges as share join dim_area as partner on share.counterpart_area = partner.area
where
    share.area = 'CHN' and share.measure = 'share_of_payments_to_world' and share.basis = 'balanced' and share.year = 2019
order by share.value desc limit 10
