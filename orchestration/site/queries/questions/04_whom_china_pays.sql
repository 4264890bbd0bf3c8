---
question: Whom does China pay?
concept: share of a partner in receipts and payments
answer: >-
  Mostly {first_area}, {second_area} and {third_area}: by balanced estimates, {figure}, {second} and {third} of what
  it paid the world.
page: metrics/partner_share_of_ip_charges.html
link: The ranking
if_old: no later edition of these estimates is in this release
---
with places as (
    select share.*, rank() over (partition by share.year order by share.value desc) as place
    from partner_share_of_ip_charges_all as share
    join dim_area as recipient on share.counterpart_area = recipient.area and recipient.kind = 'country'
    where
        share.area = 'CHN' and share.measure = 'share_of_payments_to_world' and share.basis = 'balanced' and share.value is not null
    qualify share.year = max(share.year) over ()
)

select
    max(counterpart_area) filter (where place = 1) as first_area,
    max({{ figure_cell("places") }}) filter (where place = 1) as figure,
    max(counterpart_area) filter (where place = 2) as second_area,
    max({{ figure_cell("places") }}) filter (where place = 2) as second,
    max(counterpart_area) filter (where place = 3) as third_area,
    max({{ figure_cell("places") }}) filter (where place = 3) as third
from places
