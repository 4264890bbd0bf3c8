with
    counts as (select *, 'applications_' || counting as measure from {{ ref("fct_trademark_count") }})

    {{
    metric(
        "synthetic_trademark_applications",
        "counts",
        ["counterpart_area", "clock", "authority"],
        basis="reported",
    )
}}
