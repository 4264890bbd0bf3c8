with
    counted as (
        select
            *,
            case
                when authority = 'US50' and clock = 'grant_year'
                then ''
                else '_at_' || lower(authority) || '_by_' || clock
            end as suffix
        from {{ ref("fct_cross_border_ownership") }}
    ),
    published as (
        select
            *,
            case
                when authority = 'US50' and clock = 'grant_year'
                then ''
                else '_at_' || lower(authority) || '_by_' || clock
            end as suffix
        from {{ ref("fct_reported_ownership") }}
        where area <> counterpart_area and value is not null
    ),
    measured as (
        select
            'whole_count' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            cast(whole as {{ double_type() }}) as value,
            unit,
            obs_status,
            'reported' as basis,
            source,
            vintage,
            is_latest
        from counted
        union all
        select
            'fractional_count' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            cast(fractional as {{ double_type() }}) as value,
            unit,
            obs_status,
            'reported' as basis,
            source,
            vintage,
            is_latest
        from counted
        union all
        select
            'share_of_area_patents' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            100.0 * whole / area_patents as value,
            'PT' as unit,
            obs_status,
            'derived' as basis,
            source,
            vintage,
            is_latest
        from counted
        where area_patents > 0
        union all
        -- told by the inventors' economy it is a report, told by the owners' the mirror of it
        select
            counting || '_count' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            case cooperation_type when 'FO' then 'reported' else 'mirrored' end as basis,
            source,
            vintage,
            is_latest
        from published
    )

select
    'cross_border_ownership' as metric_id,
    measure,
    area,
    counterpart_area,
    item,
    year,
    {{ no_base_year() }} as base_year,
    value,
    unit,
    obs_status,
    basis,
    source,
    vintage,
    is_latest
from measured
