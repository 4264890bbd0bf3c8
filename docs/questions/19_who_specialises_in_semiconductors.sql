-- Who specialises in semiconductors, by patents granted in the United States?
--
-- By residence of the inventors, in 2022 (NCSES). An advantage of 2 means that semiconductors weigh twice as much among
-- the economy's United States patents as among the world's. It says nothing about how much is invented: for that see
-- the number of patents. China includes Hong Kong.
select
    inventors.name as inventors_in,
    special.value as revealed_technology_advantage,
    granted.value as semiconductor_patents,
    round(100 * granted.value / world.value, 1) as percent_of_all
from technology_specialisation as special
join
    us_patent_grants as granted
    on special.area = granted.area
    and special.item = granted.item
    and special.year = granted.year
join us_patent_grants as world on special.item = world.item and special.year = world.year and world.area = 'W00'
join dim_area as inventors on special.area = inventors.area
where special.authority = 'US50' and special.item = 'WIPO_08' and special.year = 2022 and special.obs_status <> 'U'
order by special.value desc
limit 15
