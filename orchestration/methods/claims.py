"""Claims and published figures as the audit compares them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WORLD = "W00"
DIMENSIONS = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority")
"""Columns that a claim and a figure about the same thing share, beside the year and the unit."""


@dataclass(frozen=True)
class BoundRule:
    """How published figures bound a claim: the fields of a claim file."""

    rule: str
    figures: tuple[str, ...]
    times: float | None
    because: str


@dataclass(frozen=True)
class Subject:
    """What a claim or a figure is about: ``DIMENSIONS`` and the unit."""

    metric_id: str
    measure: str
    area: str
    counterpart_area: str
    item: str
    clock: str
    authority: str
    unit: str

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in DIMENSIONS)


@dataclass(frozen=True)
class Claim(Subject):
    """A claim as the audit needs it; ``tolerance`` is absolute, in ``unit``, and ``unit_name`` is the unit in a sentence.

    ``said_on`` is None where the day is not known; no vintage then counts as the one current at the time.
    """

    claim_id: str
    year: int
    value: float
    unit_name: str
    tolerance: float
    said_on: date | None
    needs: str | None
    bound: BoundRule | None = None

    def fits(self, value: float) -> bool:
        """Return whether the value lies within the tolerance, give or take the rounding of floating point numbers."""
        return abs(value - self.value) <= self.tolerance + 1e-12 * abs(self.value)


@dataclass(frozen=True)
class Figure(Subject):
    """One value of one metric in one vintage."""

    value: float | None
    obs_status: str
    basis: str
    source: str
    vintage: date


_SCALES = ((1e12, "trillion "), (1e9, "billion "), (1e6, "million "))


def figure_text(value: float, unit_name: str) -> str:
    """A value as text with five significant digits: ``169.52 billion US dollars``, ``37.2 percent``."""
    scale, word = next(((size, name) for size, name in _SCALES if abs(value) >= size), (1.0, ""))
    return f"{float(f'{value / scale:.5g}'):,.10g} {word}{unit_name}".strip()
