"""Claims and figures as the audit compares them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

WORLD = "W00"
DIMENSIONS = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority")
"""Columns that a claim and a figure about the same thing share, beside the year and the unit."""


@dataclass(frozen=True)
class Claim:
    """A claim as the audit needs it; ``tolerance`` is absolute, in ``unit``, and ``unit_name`` is the unit in a sentence.

    ``said_on`` is None where the day is not known; no vintage then counts as the one current at the time. ``brings`` names
    the source that would bring the figure. The fields of a bound are those of a claim file.
    """

    claim_id: str
    metric_id: str
    measure: str
    area: str
    counterpart_area: str
    item: str
    clock: str
    authority: str
    year: int
    value: float
    unit: str
    tolerance: float
    said_on: date | None
    unit_name: str
    brings: str
    bound_rule: str | None = None
    bound_figures: str | None = None
    bound_times: float | None = None
    bound_because: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in DIMENSIONS)

    def fits(self, value: Any) -> Any:
        """Return whether the value, or each of a column, lies within the tolerance, give or take the rounding of floats."""
        return abs(value - self.value) <= self.tolerance + 1e-12 * abs(self.value)

    def text(self, value: float) -> str:
        """Return a value in the unit of the claim as text."""
        return figure_text(value, self.unit_name)


_SCALES = ((1e12, "trillion "), (1e9, "billion "), (1e6, "million "))


def figure_text(value: float, unit_name: str) -> str:
    """Return a value as text with five significant digits: ``169.52 billion US dollars``, ``37.2 percent``."""
    scale, word = next(((size, name) for size, name in _SCALES if abs(value) >= size), (1.0, ""))
    return f"{float(f'{value / scale:.5g}'):,.10g} {word}{unit_name}".strip()
