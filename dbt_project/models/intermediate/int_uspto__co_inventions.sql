with
    located as (
        select
            items.vintage, items.grant_year, items.priority_year, items.item, count(distinct items.patent_id) as patents
        from {{ ref("int_uspto_items_listed") }} as items
        inner join
            {{ ref("int_uspto_inventors_shared") }} as inventors
            on items.vintage = inventors.vintage
            and items.patent_id = inventors.patent_id
        where inventors.areas > 0
        group by items.vintage, items.grant_year, items.priority_year, items.item
    ),
    everywhere as ({{ by_clock("located", ["item"], ["patents"]) }}),
    counted as (
        select
            counts.*,
            everywhere.patents as all_patents,
            editions.inventors_payload,
            {{ patent_count_status("counts.clock", "counts.year", "editions.last_granted_on") }} as obs_status
        from {{ ref("int_uspto_co_inventions_counted") }} as counts
        inner join {{ ref("int_uspto_editions_chosen") }} as editions on counts.vintage = editions.vintage
        inner join
            everywhere
            on counts.vintage = everywhere.vintage
            and counts.clock = everywhere.clock
            and counts.year = everywhere.year
            and counts.item = everywhere.item
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
    cast(all_patents as {{ double_type() }}) as all_patents,
    obs_status,
    'g_inventor_disambiguated' as resource,
    inventors_payload as payload_sha256,
    'all rows, joined with the other tables of the release' as payload_pointer
from by_counting
