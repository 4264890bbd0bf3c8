with
    revised as (
        select *
        from {{ ref("fct_revision") }}
        -- a difference in the last digits of a 64-bit number is not a revision
        where kind = 'revised' and abs(change) > 1e-9 * abs(previous_value)
    ),
    measured as (
        select *, series || '_absolute_change' as measure, change as figure, unit as figure_unit
        from revised
        union all
        select *, series || '_relative_change' as measure, relative_change as figure, 'PT' as figure_unit
        from revised
        where relative_change is not null
    )

select
    'revisions' as metric_id,
    measure,
    area,
    counterpart_area,
    item,
    year,
    {{ no_base_year() }} as base_year,
    figure as value,
    figure_unit as unit,
    'A' as obs_status,
    'derived' as basis,
    source,
    vintage,
    -- a revision between two vintages happened and is never replaced by a later one
    true as is_latest
from measured
