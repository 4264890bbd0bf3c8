with area_groups as ({{ union_starting("area_groups__", ["source", "group_area", "member_area"]) }})

select
    area_groups.source,
    area_groups.group_area,
    area_groups.member_area,
    coalesce(regions.group_area = area_groups.group_area, false) as is_region
from area_groups
left join
    {{ ref("int_regions_chosen") }} as regions
    on area_groups.source = regions.source
    and area_groups.member_area = regions.member_area
