with
    counts as (
        select source, vintage, area, item, clock, '_Z' as authority, year, value, obs_status, is_latest
        from {{ ref("fct_patent_family") }}
        where counting = 'fractional'
        union all
        select source, vintage, area, item, clock, 'US50' as authority, year, value, obs_status, is_latest
        from {{ ref("fct_patent_count") }}
        where measure = 'us_patent_grants'
    ),
    -- shares of families are of those that have a field: offices differ in how many have none
    wholes as (
        select
            together.source,
            together.vintage,
            together.area,
            together.clock,
            together.authority,
            together.year,
            together.value - unassigned.value as value,
            {{ combined_status(["together.obs_status", "unassigned.obs_status"]) }} as obs_status,
            together.is_latest and unassigned.is_latest as is_latest
        from counts as together
        inner join counts as unassigned using (source, vintage, area, clock, authority, year)
        where together.item = '_T' and unassigned.item = 'WIPO_NONE'
        union all
        select source, vintage, area, clock, authority, year, value, obs_status, is_latest
        from counts
        where authority = 'US50' and item = '_T'
    ),
    shares as (
        select
            counts.source,
            counts.vintage,
            counts.area,
            counts.item,
            counts.clock,
            counts.authority,
            counts.year,
            counts.value,
            counts.value / nullif(wholes.value, 0) as share,
            {{ combined_status(["counts.obs_status", "wholes.obs_status"]) }} as obs_status,
            counts.is_latest and wholes.is_latest as is_latest
        from counts
        inner join wholes using (source, vintage, area, clock, authority, year)
        where counts.item not in ('_T', 'WIPO_NONE')
    ),
    compared as (
        select
            own.source,
            own.vintage,
            own.area,
            own.item,
            own.clock,
            own.authority,
            own.year,
            own.is_latest and world.is_latest as is_latest,
            own.share / nullif(world.share, 0) as value,
            -- counts are rounded to whole numbers: below ten the rounding alone is five percent or more
            case
                when own.value < 10 then 'U' else {{ combined_status(["own.obs_status", "world.obs_status"]) }}
            end as obs_status
        from shares as own
        inner join shares as world using (source, vintage, item, clock, authority, year)
        where own.area <> 'W00' and world.area = 'W00'
    ),
    advantages as (select *, 'revealed_technology_advantage' as measure from compared where value is not null)

    {{
    metric(
        "technology_specialisation", "advantages", ["item", "clock", "authority"], unit="PN", basis="derived"
    )
}}
