-- a list holds only known codes where as many of them match as the list is long
with
    area_matches as (
        select dim_policy_event.event_id, count(dim_area.area) as matched
        from {{ ref("dim_policy_event") }} as dim_policy_event
        left join
            {{ ref("dim_area") }} as dim_area on ';' || dim_policy_event.areas || ';' like '%;' || dim_area.area || ';%'
        group by dim_policy_event.event_id
    ),
    -- an underscore in _T would be a wildcard of like: hence the search for a substring
    item_matches as (
        select dim_policy_event.event_id, count(dim_service_item.item) as matched
        from {{ ref("dim_policy_event") }} as dim_policy_event
        left join
            {{ ref("dim_service_item") }} as dim_service_item
            on replace(';' || dim_policy_event.items || ';', ';' || dim_service_item.item || ';', '')
            <> ';' || dim_policy_event.items || ';'
        group by dim_policy_event.event_id
    )
select events.event_id, events.areas, events.items
from {{ ref("dim_policy_event") }} as events
inner join area_matches on events.event_id = area_matches.event_id
inner join item_matches on events.event_id = item_matches.event_id
where
    area_matches.matched <> length(events.areas) - length(replace(events.areas, ';', '')) + 1
    or item_matches.matched <> length(events.items) - length(replace(events.items, ';', '')) + 1
