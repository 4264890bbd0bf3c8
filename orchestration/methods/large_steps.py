"""Large steps of a series of US dollars without a reviewed break, and figures on which publishers differ."""

from collections.abc import Iterable

LARGE_STEP = "large step, cause not established"
"""The note of such a step in tables, charts and `bilateral show`."""

LIMITS = ((1e10, 0.7, 1.3), (1e9, 0.5, 2.0))
"""A step is large beyond these ratios, in a series that is above so many US dollars on one side of it. Above 10 billion
dollars fewer than one move in fifty is."""

ALIKE = 0.01
"""Two publishers' figures of one thing differ where they are further apart than this part of the larger one."""


def large_steps(figures: Iterable[tuple[int, float | None, str]]) -> frozenset[int]:
    """Return the years in which a series is so much more or less than the year before; see ``LIMITS``.

    ``figures`` are year, US dollars and SDMX observation status. A year with status B has a known cause. A year without
    a figure has no step, and neither has the year after it.
    """
    values = {year: (value, status) for year, value, status in figures if value is not None and value > 0}
    steps = set()
    for year, (value, status) in values.items():
        before, _ = values.get(year - 1, (value, ""))
        is_large = any(max(before, value) > size and not low <= value / before <= high for size, low, high in LIMITS)
        steps |= {year} if is_large and status != "B" else set()
    return frozenset(steps)


def differ(one: float | None, other: float | None) -> bool:
    """Return whether two figures of one thing are further apart than publishers round; see ``ALIKE``."""
    return one is not None and other is not None and abs(one - other) > ALIKE * max(abs(one), abs(other))
