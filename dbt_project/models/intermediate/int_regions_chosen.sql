with
    area_groups as ({{ union_starting("area_groups__", ["source", "group_area", "member_area"]) }}),
    group_sizes as (select source, group_area, count(*) as members from area_groups group by source, group_area),
    ranked as (
        select
            area_groups.source,
            area_groups.member_area,
            area_groups.group_area,
            row_number() over (
                partition by area_groups.source, area_groups.member_area
                order by group_sizes.members desc nulls last, area_groups.group_area nulls last
            ) as widest_first
        from area_groups
        inner join
            group_sizes on area_groups.source = group_sizes.source and area_groups.group_area = group_sizes.group_area
    )

select source, member_area, group_area
from ranked
where widest_first = 1
