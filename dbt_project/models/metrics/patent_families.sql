{{
    metric(
        "patent_families",
        ref("fct_patent_family"),
        ["item", "clock"],
        measure="families",
        unit="PATF",
        basis="reported",
        where="counting = 'fractional' and value is not null",
    )
}}
