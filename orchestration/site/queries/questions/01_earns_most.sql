---
question: Who earns most from intellectual property?
concept: receipts from the world
answer: "{first_area} received {figure} from the world, ahead of {second_area} ({second}) and {third_area} ({third})."
page: metrics/ip_receipts.html
link: The ranking
is_complete: true
---
with places as ({{ ranked("ip_receipts") }})

select
    max(area) filter (where place = 1) as first_area,
    max({{ figure_cell("places") }}) filter (where place = 1) as figure,
    max(area) filter (where place = 2) as second_area,
    max({{ figure_cell("places") }}) filter (where place = 2) as second,
    max(area) filter (where place = 3) as third_area,
    max({{ figure_cell("places") }}) filter (where place = 3) as third
from places
