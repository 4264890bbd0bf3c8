-- Question: Who earns most from intellectual property?
-- Concept: receipts from the world
-- Answer: {first_area} received {figure} from the world, ahead of {second_area} ({second}) and {third_area} ({third}).
-- Link: metrics/ip_receipts.html, The ranking
-- Complete: yes
with places as ({{ ranked("ip_receipts") }})

select
    max(area) filter (where place = 1) as first_area,
    max({{ figure_cell("places") }}) filter (where place = 1) as figure,
    max(area) filter (where place = 2) as second_area,
    max({{ figure_cell("places") }}) filter (where place = 2) as second,
    max(area) filter (where place = 3) as third_area,
    max({{ figure_cell("places") }}) filter (where place = 3) as third
from places
