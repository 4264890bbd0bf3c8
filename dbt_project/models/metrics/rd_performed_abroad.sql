{{
    metric(
        "rd_performed_abroad",
        ref("fct_research_flow"),
        ["counterpart_area", "item"],
        basis="reported",
        where="measure in ('rd_performed', 'research_performed', 'development_performed')",
    )
}}
