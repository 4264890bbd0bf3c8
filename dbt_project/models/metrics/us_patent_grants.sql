with
    grants as (
        select *, 'USA' as counterpart_area
        from {{ ref("fct_patent_count") }}
        where measure = 'us_patent_grants' and value is not null
    )

    {{
    metric(
        "us_patent_grants", "grants", ["counterpart_area", "item", "clock"], measure="grants", authority="US50", basis="reported"
    )
}}
