select event_id, date, title, kind, areas, items, effect, source_title, source_url
from {{ ref("policy_events") }}
where {{ was_known("date") }}
