-- Earners: the ten economies that received most from the world, China, and the one that paid most, with both figures of the year
with
received as ({{ ranked("ip_receipts") }}),
paid as ({{ ranked("ip_payments") }})

select
    received.area,
    {{ figure_cell("received") }} as received,
    {{ figure_cell("paid") }} as paid,
    greatest(max(received.value) over (), max(paid.value) over ()) as largest
from received
join paid on received.area = paid.area and received.year = paid.year
where received.place <= 10 or received.area = 'CHN' or paid.place = 1
order by received.place, received.area
