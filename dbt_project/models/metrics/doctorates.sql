{{
    metric(
        "doctorates",
        ref("fct_research_flow"),
        ["counterpart_area", "item"],
        basis="reported",
        where="measure in ('doctorates', 'intending_to_stay', 'five_year_stay_rate')",
    )
}}
