-- Have joint inventions of the United States and China fallen since 2020, and in which fields?
--
-- Patents granted by the USPTO with an inventor in each country, whole counting, by year of grant. Fields are CPC sections
-- and overlap: a patent can be in several. 2025 is left out, because the year was not complete when the figures were taken.
select
    item.name as field,
    max(case when joint.year = 2020 then joint.value end) as patents_2020,
    max(case when joint.year = 2024 then joint.value end) as patents_2024,
    round(
        100 * (max(case when joint.year = 2024 then joint.value end) / max(case when joint.year = 2020 then joint.value end) - 1),
        1
    ) as percent_change
from co_inventions as joint
join dim_service_item as item on joint.item = item.item
where
    joint.measure = 'whole_count'
    and joint.area = 'USA'
    and joint.counterpart_area = 'CHN'
    and joint.source = 'patentsview'
    and joint.year in (2020, 2024)
group by joint.item, item.name
order by joint.item = '_T' desc, percent_change
