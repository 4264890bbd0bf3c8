with
    counts as (
        select
            *,
            case
                measure when 'pct_applications' then 'applications' else 'applications_by_receiving_office'
            end as counted
        from {{ ref("fct_patent_count") }}
        where measure in ('pct_applications', 'pct_applications_by_receiving_office') and obs_status <> 'O'
    ),
    named as (
        select area, item, clock, year, value, unit, obs_status, source, vintage, is_latest, counted as measure
        from counts
    )

    {{ metric("pct_applications", "named", ["item", "clock"], basis="reported") }}
