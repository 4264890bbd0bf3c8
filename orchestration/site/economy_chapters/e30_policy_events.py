"""The policy events behind the numbers on the time axes of an economy's page."""

from orchestration.site.chapters.e30_policy_events import policy_events

CHAPTER = policy_events(
    "Events that affect {area} or the whole world",
    "list_has_any(string_split(areas, ';'), [$area, 'W00'])",
    "Breaks in the series of {area}, and what changed",
    "area = $area",
)
