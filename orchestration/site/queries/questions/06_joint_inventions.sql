---
question: What do China and the United States invent together?
concept: all joint inventions
answer: >-
  {figure} patents that the United States granted in {year} have inventors in both, most often in {field} ({in_field})
  and {second_field} ({in_second_field}).
page: pairs/CHN-USA.html#science
link: Science and inventions
---
with counts as (
    select joint.*, lower(item.name) as field, rank() over (partition by joint.year order by joint.value desc) as place
    from co_inventions_all as joint
    join dim_service_item as item on joint.item = item.item
    where
        joint.area = 'USA' and joint.counterpart_area = 'CHN' and joint.measure = 'whole_count'
        and joint.clock = 'grant_year' and joint.authority = 'US50' and joint.obs_status <> 'P'
    qualify joint.year = max(joint.year) filter (where joint.item = '_T' and joint.value is not null) over ()
)

select
    max({{ figure_cell("counts") }}) filter (where item = '_T') as figure,
    max(year) as year,
    max(field) filter (where place = 2) as field,
    max({{ figure_cell("counts") }}) filter (where place = 2) as in_field,
    max(field) filter (where place = 3) as second_field,
    max({{ figure_cell("counts") }}) filter (where place = 3) as in_second_field
from counts
having count(*) > 2
