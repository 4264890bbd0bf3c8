{%- set dimensions = ["counterpart_area", "item", "clock", "authority"] -%}
{%- set columns = (["area", "year", "obs_status", "source", "vintage", "is_latest"] + dimensions) | join(", ") -%}
with
    counted as (select * from {{ ref("fct_cross_border_ownership") }}),
    measured as (
        select
            {{ columns }},
            'whole_count' as measure,
            cast(whole as {{ double_type() }}) as value,
            unit,
            'reported' as basis
        from counted
        union all
        select
            {{ columns }},
            'fractional_count' as measure,
            cast(fractional as {{ double_type() }}) as value,
            unit,
            'reported' as basis
        from counted
        union all
        select
            {{ columns }},
            'share_of_area_patents' as measure,
            -- an engine may divide before it filters
            1e2 * whole / nullif(area_patents, 0) as value,
            'PT' as unit,
            'derived' as basis
        from counted
        where area_patents > 0
        union all
        -- reported by the inventors' economy it is a report, by the owners' the mirror of it
        select
            {{ columns }},
            counting || '_count' as measure,
            value,
            unit,
            case cooperation_type when 'FO' then 'reported' else 'mirrored' end as basis
        from {{ ref("fct_reported_ownership") }}
        where area <> counterpart_area and value is not null
    )

    {{ metric("cross_border_ownership", "measured", dimensions) }}
