"""The policy events behind the numbers on the time axes, and breaks in series."""

from orchestration.site.chapter import Chapter, Listing

_EVENTS = """
select
    row_number() over (order by date, event_id) as number,
    date,
    title as event,
    effect as why_a_series_may_break,
    source_title as source,
    source_url
from dim_policy_event
where {which}
order by date, event_id
"""

_BREAKS = """
select year, replace(series, '_', ' ') as series, what_changed, source_title as source, source_url
from dim_series_break
where {which}
order by year, series
"""


def policy_events(title: str, which: str, breaks_title: str, which_breaks: str) -> Chapter:
    """Return the chapter about the events and the breaks that two conditions on their areas select."""
    return Chapter(
        title="Policy events",
        lead="The numbered lines on the time axes. A break after an event is not proof that the event caused it.",
        parts=(
            Listing(title=title, sql=_EVENTS.format(which=which)),
            Listing(title=breaks_title, sql=_BREAKS.format(which=which_breaks)),
        ),
    )


CHAPTER = policy_events(
    "Events of the two economies or of the whole world",
    "list_contains(string_split(areas, ';'), 'W00') or list_has_all([$area, $counterpart], string_split(areas, ';'))",
    "Breaks in the series of the two economies, and what changed",
    "(area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))",
)
