{# Earners: the ten economies that received most from the world, China, and the one that paid most, with both figures of
the year #}
with
received as ({{ ranked("ip_receipts") }}),
paid as ({{ ranked("ip_payments") }})

select
    received.area,
    economy.name,
    {{ figure_cell("received") }} as received,
    {{ figure_cell("paid") }} as paid,
    100 * received.value / greatest(max(received.value) over (), max(paid.value) over ()) as received_share,
    100 * paid.value / greatest(max(received.value) over (), max(paid.value) over ()) as paid_share
from received
join paid on received.area = paid.area and received.year = paid.year
join dim_area as economy on received.area = economy.area
where received.place <= 10 or received.area = 'CHN' or paid.place = 1
order by received.place, received.area
