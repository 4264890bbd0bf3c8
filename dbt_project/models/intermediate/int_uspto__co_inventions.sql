with
    counted as (
        select
            counts.*,
            editions.inventors_payload,
            {{ patent_count_status("counts.clock", "counts.year", "editions.last_granted_on") }} as obs_status
        from {{ ref("int_uspto_co_inventions_counted") }} as counts
        inner join {{ ref("int_uspto_editions_chosen") }} as editions on counts.vintage = editions.vintage
        -- a sample has no totals
        where editions.is_complete
    ),
    by_counting as (
        select *, 'whole' as counting, cast(whole as {{ double_type() }}) as value
        from counted
        union all
        select *, 'fractional' as counting, cast(fractional as {{ double_type() }}) as value
        from counted
    )

select
    'uspto' as source,
    vintage,
    area,
    counterpart_area,
    'US50' as authority,
    clock,
    item,
    counting,
    year,
    value,
    'PATN' as unit,
    cast(area_patents as {{ double_type() }}) as area_patents,
    obs_status,
    'g_inventor_disambiguated' as resource,
    inventors_payload as payload_sha256,
    'all rows, joined with the other tables of the release' as payload_pointer
from by_counting
