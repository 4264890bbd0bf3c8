with
    deviations as (
        select
            claim_id as measure,
            area,
            counterpart_area,
            item,
            clock,
            authority,
            year,
            deviation_percent as value,
            case when deviation_percent is null then 'O' else 'A' end as obs_status,
            coalesce(source, 'none') as source,
            coalesce(vintage_latest, said_on) as vintage,
            true as is_latest
        from {{ ref("fct_claim_audit") }}
    )

    {{
    metric(
        "claim_audit",
        "deviations",
        ["counterpart_area", "item", "clock", "authority"],
        unit="PT",
        basis="derived",
    )
}}
