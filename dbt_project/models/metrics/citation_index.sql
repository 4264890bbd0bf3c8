{{
    metric(
        "citation_index",
        ref("fct_research_flow"),
        ["counterpart_area", "clock", "authority"],
        basis="reported",
        where="measure = 'relative_citation_index' and area <> counterpart_area",
    )
}}
