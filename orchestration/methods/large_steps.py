"""Large steps of a series of US dollars that no reviewed break explains."""

from collections.abc import Iterable

LARGE_STEP = "large step, cause not established"
"""The note of such a step in tables, charts and `bilateral show`."""

FACTOR, LEAST_SIZE = 2.0, 1e9
"""A step is large above this factor, in a series that is above so many US dollars on one side of it."""


def large_steps(figures: Iterable[tuple[int, float | None, str]]) -> frozenset[int]:
    """Return the years in which a series is more than ``FACTOR`` times the year before, or less than 1 / ``FACTOR`` of it.

    ``figures`` are year, US dollars and SDMX observation status. A year with status B has a known cause. A year without a figure
    has no step, and neither has the year after it.
    """
    values = {year: (value, status) for year, value, status in figures if value is not None and value > 0}
    return frozenset(
        year
        for year, (value, status) in values.items()
        if year - 1 in values
        and status != "B"
        and max(value, values[year - 1][0]) > LEAST_SIZE
        and not 1 / FACTOR <= value / values[year - 1][0] <= FACTOR
    )
