---
title: Rank among economies
lead: >-
  Place by receipts and by payments among the countries that have a figure in the same year from the same source.
  Regions and other aggregates are not ranked.
---

---
kind: table
title: "{area} among the economies with a figure"
id: rank
concept: receipts and payments with the world
note: "The newest complete year: economies that have not reported had less than 5 percent of the value before."
---
select *
from (
    select
        'receipts from the world' as flow,
        {{ figure_cell("receipts") }} as figure,
        receipts.place as rank,
        receipts.economies as economies_ranked,
        receipts.source
    from ({{ ranked("ip_receipts") }}) as receipts
    where receipts.area = $area
    union all
    select
        'payments to the world' as flow,
        {{ figure_cell("payments") }} as figure,
        payments.place as rank,
        payments.economies as economies_ranked,
        payments.source
    from ({{ ranked("ip_payments") }}) as payments
    where payments.area = $area
) as flows
order by flow desc
