with
events as (select *, list_sort(string_split(areas, ';')) as codes from dim_policy_event)
select
    event_id,
    title,
    [page || '.html#policy_events'
     for page in ['pairs/' || array_to_string(codes, '-'), 'economies/' || codes[1], 'economies/USA']],
    []
from events
order by event_id
