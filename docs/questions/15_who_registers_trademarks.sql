-- Who registers trademarks in the United States, and in which sectors?
--
-- By residence of the owner, in 2022 (NCSES). A sector groups classes of the Nice Classification; a trademark in
-- several sectors is divided among them. China includes Hong Kong. Registered trademarks need not be in use.
with
    registered as (
        select area, item, value
        from trademark_registrations
        where counterpart_area = 'USA' and year = 2022 and area <> 'W00'
    ),
    largest as (
        select area, item, value from registered where item <> '_T' qualify value = max(value) over (partition by area)
    )

select
    owner.name as owner,
    total.value as registered_trademarks,
    round(100 * total.value / world.value, 1) as percent_of_all,
    sector.name as largest_sector,
    round(100 * largest.value / total.value, 1) as percent_of_own
from registered as total
join dim_area as owner on total.area = owner.area
join largest on total.area = largest.area
join dim_service_item as sector on largest.item = sector.item
join
    trademark_registrations as world
    on world.area = 'W00'
    and world.counterpart_area = 'USA'
    and world.item = '_T'
    and world.year = 2022
where total.item = '_T' and owner.kind = 'country'
order by total.value desc
limit 15
