{{
    union_ending(
        "_profiled",
        ["area", "counterpart_area", "year", "indicator", "value", "unit", "obs_status", "source", "vintage"],
    )
}}
