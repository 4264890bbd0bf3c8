with
    registrations as (select *, owner as area, office as counterpart_area from {{ ref("fct_trademark_registration") }})

    {{
    metric(
        "trademark_registrations",
        "registrations",
        ["counterpart_area", "item", "clock"],
        measure="registrations",
        basis="reported",
        where="counting = 'fractional' and value is not null",
    )
}}
