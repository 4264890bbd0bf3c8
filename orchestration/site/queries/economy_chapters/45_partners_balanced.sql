---
title: Partners by balanced estimates
lead: >-
  Estimates of OECD and WTO, made from the reports of both sides and from models. They are no reports, and no report
  is replaced by them.
---
{% from "_shared.sql" import charges, services with context %}

---
kind: table
title: "{area} and its partners paid each other for the use of intellectual property, as OECD and WTO estimate it"
id: charges
concept: charges between two economies
note: >-
  The newest estimate of each direction, with its year, of the 50 partners with the largest; the page of each pair has
  its own.
partners: true
---
{{ charges("=", "limit 50") }}

---
kind: table
title: >-
  Shares of partners in what {area} paid and received for the use of intellectual property, as OECD and WTO estimate
  it
id: shares
concept: share of a partner in receipts and payments
note: >-
  The newest estimate of each direction, with its year, of the 50 partners with the largest; the page of each pair has
  its own.
partners: true
---
select
    share.counterpart_area as partner,
    max({{ figure_cell("share") }}) filter (where share.measure = 'share_of_payments_to_world') as share_of_payments,
    max({{ figure_cell("share") }}) filter (where share.measure = 'share_of_receipts_from_world') as share_of_receipts,
    share.source
from (
    select *
    from partner_share_of_ip_charges_all
    where area = $area and basis = 'balanced' and measure in ('share_of_payments_to_world', 'share_of_receipts_from_world')
    qualify year = max(year) over (partition by counterpart_area, measure, source)
) as share
join dim_area as partner on share.counterpart_area = partner.area
where partner.kind = 'country'
group by share.counterpart_area, partner.name, share.source
order by max(share.value) filter (where share.measure = 'share_of_payments_to_world') desc nulls last, partner.name, share.source
limit 50

---
kind: table
title: "{area} sold services to its partners and bought services from them, as OECD and WTO estimate it"
id: services
concept: services sold, services bought and their balance
note: >-
  The newest estimate of each direction, with its year, of the 50 partners with the largest; the page of each pair has
  its own.
partners: true
---
{{ services("=", "limit 50") }}
