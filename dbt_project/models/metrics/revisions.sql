{%- set dimensions = ["counterpart_area", "item", "clock", "authority"] -%}
{%- set columns = (["area", "year", "source", "vintage"] + dimensions) | join(", ") -%}
with
    revised as (
        select *
        from {{ ref("fct_revision") }}
        -- a difference in the last digits of a 64-bit number is not a revision
        where kind = 'revised' and abs(change) > 1e-9 * abs(previous_value)
    ),
    changes as (
        select {{ columns }}, measure || '_absolute_change' as measure, change as value, unit
        from revised
        union all
        select {{ columns }}, measure || '_relative_change' as measure, relative_change as value, 'PT' as unit
        from revised
        where relative_change is not null
    ),
    -- a revision between two vintages happened and is never replaced by a later one
    lasting as (select *, true as is_latest from changes)

    {{ metric("revisions", "lasting", dimensions, obs_status="A", basis="derived") }}
