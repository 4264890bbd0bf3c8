{{ union_starting("area_groups__", ["source", "group_area", "member_area", "is_region"]) }}
