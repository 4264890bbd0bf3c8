---
question: Who earns most for each inhabitant?
concept: receipts from the world
answer: >-
  {first_area}: {per_head} US dollars for each inhabitant, {figure} in all, ahead of {second_area} ({second_per_head})
  and {third_area} ({third_per_head}).
page: metrics/ip_receipts.html
link: Receipts
is_complete: true
---
with per_head as (
    select
        receipts.*,
        receipts.value / people.value as dollars,
        rank() over (order by receipts.value / people.value desc) as of_people
    from ({{ ranked("ip_receipts") }}) as receipts
    join
        fct_indicator as people
        on receipts.area = people.area
        and receipts.year = people.year
        and people.indicator = 'population'
        and people.is_latest
    where receipts.obs_status <> 'U'
)

select
    max(area) filter (where of_people = 1) as first_area,
    max(dollars) filter (where of_people = 1) as per_head,
    max({{ figure_cell("per_head") }}) filter (where of_people = 1) as figure,
    max(area) filter (where of_people = 2) as second_area,
    max(dollars) filter (where of_people = 2) as second_per_head,
    max(area) filter (where of_people = 3) as third_area,
    max(dollars) filter (where of_people = 3) as third_per_head
from per_head
having count(*) > 2
