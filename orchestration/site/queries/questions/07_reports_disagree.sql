---
question: Whose reports of one payment disagree most?
concept: charges between two economies
is_leading: true
answer: >-
  For {year}, {recipient_area} reported receiving {figure} from {payer_area}, which reported paying {paid}: the
  largest difference in dollars among the {flows} payments of a year that both sides report.
page: metrics/mirror_asymmetry.html
link: Every difference
---
select
    paid.counterpart_area as payer_area,
    paid.area as recipient_area,
    paid.year,
    {{ figure_cell("received") }} as figure,
    {{ figure_cell("paid") }} as paid,
    count(distinct (paid.area, paid.counterpart_area, paid.year)) over () as flows
from bilateral_ip_charges_all as received
join
    bilateral_ip_charges_all as paid
    on received.area = paid.area
    and received.counterpart_area = paid.counterpart_area
    and received.year = paid.year
    and received.item = paid.item
    and paid.basis = 'mirrored'
where
    received.item = 'SH'
    and received.basis = 'reported'
    and received.value is not null
    and paid.value is not null
    and 'U' not in (received.obs_status, paid.obs_status)
order by abs(received.value - paid.value) desc, paid.year desc, payer_area, recipient_area
limit 1
