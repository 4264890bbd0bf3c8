with
    families as (
        select source, vintage, area, item, clock, year, value, obs_status, is_latest
        from {{ ref("fct_patent_family") }}
        where counting = 'fractional'
    ),
    -- shares are of the families that have a field: offices differ in how many have none
    classified as (
        select
            together.source,
            together.vintage,
            together.area,
            together.clock,
            together.year,
            together.value - unassigned.value as value,
            {{ combined_status(["together.obs_status", "unassigned.obs_status"]) }} as obs_status,
            together.is_latest and unassigned.is_latest as is_latest
        from families as together
        inner join families as unassigned using (source, vintage, area, clock, year)
        where together.item = '_T' and unassigned.item = 'WIPO_NONE'
    ),
    shares as (
        select
            families.source,
            families.vintage,
            families.area,
            families.item,
            families.clock,
            families.year,
            families.value,
            families.value / nullif(classified.value, 0) as share,
            {{ combined_status(["families.obs_status", "classified.obs_status"]) }} as obs_status,
            families.is_latest and classified.is_latest as is_latest
        from families
        inner join classified using (source, vintage, area, clock, year)
        where families.item not in ('_T', 'WIPO_NONE')
    ),
    compared as (
        select
            own.source,
            own.vintage,
            own.area,
            own.item,
            own.clock,
            own.year,
            own.is_latest and world.is_latest as is_latest,
            own.share / nullif(world.share, 0) as value,
            -- counts are rounded to whole families: below ten the rounding alone is five percent or more
            case
                when own.value < 10 then 'U' else {{ combined_status(["own.obs_status", "world.obs_status"]) }}
            end as obs_status
        from shares as own
        inner join shares as world using (source, vintage, item, clock, year)
        where own.area <> 'W00' and world.area = 'W00'
    ),
    advantages as (select *, 'revealed_technology_advantage' as measure from compared where value is not null)

    {{ metric("technology_specialisation", "advantages", ["item", "clock"], unit="PN", basis="derived") }}
