"""A finding of an edit: the reason as people read it, and the series it puts in question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.admission.verdict import Reason


@dataclass(frozen=True)
class Finding:
    """A reason and the numbers of the series it is about; None where the whole vintage is in question."""

    reason: Reason
    series: Sequence[int] | None = ()


def amount(value: float | None) -> str:
    """A figure as sentences write it: 8.64 billion, 1,234, 0.35."""
    if value is None or value != value:
        return "no figure"
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:,.4g} {word}"
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def percent(logarithm: float) -> str:
    """A logarithm of a ratio as the change in percent, or as a multiple where it is more than fivefold."""
    import math

    ratio = math.exp(logarithm)
    if ratio > 5:
        return f"{ratio:,.3g} times as much"
    return f"{(ratio - 1) * 100:+.3g} %"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a row; the rest is counted."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
