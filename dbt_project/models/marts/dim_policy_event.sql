with
    events as (
        {{
            union_starting(
                "policy_events__",
                [
                    "event_id",
                    "date",
                    "title",
                    "kind",
                    "areas",
                    "items",
                    "revises",
                    "effect",
                    "source_title",
                    "source_url",
                ],
            )
        }}
    )

select event_id, date, title, kind, areas, items, revises, effect, source_title, source_url
from events
where {{ was_known("date") }}
