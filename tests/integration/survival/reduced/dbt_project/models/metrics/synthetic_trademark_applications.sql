with
    figures as (select * from {{ ref("fct_indicator") }} where indicator = 'trademark_applications')

    {{
    metric(
        "synthetic_trademark_applications",
        "figures",
        ["item"],
        measure="applications",
        clock="filing_year",
        basis="reported",
    )
}}
