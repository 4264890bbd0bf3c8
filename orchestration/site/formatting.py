"""Figures as people read them: scales, digits, statuses, days. No HTML is made here."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

UNITS = {"USD": "US dollars", "PATN": "patents", "PT": "percent", "PN": "", "PS": "persons"}
"""Codes of `dim_unit` in words; a pure number needs none."""

_SCALED = {"USD", "PS"}
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SHORT = {"trillion": "tn", "billion": "bn", "million": "m", "": ""}

NO_VALUE = {
    "Q": "suppressed",
    "N": "near zero",
    "L": "not collected",
    "M": "cannot exist",
    "O": "missing",
}
"""SDMX statuses of figures without a value, in words."""

MARKED = {
    "E": "estimated",
    "P": "provisional",
    "U": "low reliability",
    "B": "break in the series",
    "D": "definition differs",
    "F": "forecast",
    "I": "imputed",
}
"""SDMX statuses that a figure with a value bears; A, normal, bears no mark."""


@dataclass(frozen=True)
class Scale:
    """By what the figures of one picture are divided, and what the axis and the table then say."""

    unit: str
    divisor: float = 1.0
    word: str = ""

    @property
    def label(self) -> str:
        """Such as ``billion US dollars``; ``ratio or index`` for a pure number."""
        return f"{self.word} {UNITS.get(self.unit, self.unit)}".strip() or "ratio or index"

    def number(self, value: float, digits: int) -> str:
        """The scaled value with separators and as many decimals; a true minus sign."""
        return signed(f"{value / self.divisor:,.{digits}f}")

    def digits(self, values: Iterable[float]) -> int:
        """Decimals that leave three significant digits to the largest value, one at least where it is scaled, and none to counts."""
        largest = max((abs(value) / self.divisor for value in values), default=0.0)
        if self.unit == "PATN" or largest == 0:
            return 0 if largest >= 10 or largest == 0 else 1
        return max(1 if self.word else 0, min(4, 2 - math.floor(math.log10(largest))))


def scale_of(unit: str, values: Iterable[float]) -> Scale:
    """The scale for figures in a unit: dollars and persons in trillions, billions or millions, all else as it is."""
    largest = max((abs(value) for value in values), default=0.0)
    if unit in _SCALED:
        for divisor, word in _SCALES:
            if largest >= divisor:
                return Scale(unit, divisor, word)
    return Scale(unit)


def readable(value: float, unit: str) -> str:
    """One figure alone, such as ``1.23 bn USD``, ``12.3 %``, ``4,567 patents``."""
    scale = scale_of(unit, [value])
    digits = 0 if unit == "PATN" and float(value).is_integer() else scale.digits([value])
    number = scale.number(value, digits)
    words = {"USD": f"{_SHORT[scale.word]} USD", "PT": "%", "PN": "", "PS": f"{scale.word} persons"}
    return f"{number} {words.get(unit, UNITS.get(unit, unit)).strip()}".strip()


def signed(number: str) -> str:
    """A minus sign instead of a hyphen; no sign before a zero."""
    if number.startswith("-"):
        return number[1:] if not number.strip("-0.,") else f"\N{MINUS SIGN}{number[1:]}"
    return number


def plain(value: object) -> str:
    """A cell of a listing: what is empty stays empty, numbers with separators, days in ISO form."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        size = abs(value)
        digits = 0 if size >= 1000 or not size else 2 if size >= 1 else 4
        return signed(f"{value:,.{digits}f}")
    return value.isoformat() if isinstance(value, date) else str(value)


def span(days: Iterable[date]) -> str:
    """One day, or the first and the last of several."""
    ordered = sorted(set(days))
    return ordered[0].isoformat() if len(ordered) == 1 else f"{ordered[0].isoformat()} to {ordered[-1].isoformat()}"
