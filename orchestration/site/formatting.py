"""Figures as readers see them: scales, digits, statuses, dates."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from orchestration.contracts.unit import Unit
from orchestration.core.text import escape_text

SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
"""Divisors of scaled figures with their words, the largest first."""

QUOTED_SOURCE, QUOTED_STATUS, MOST_QUOTED = "publications", "E", 3
"""Significant digits with which a figure of status E is quoted; a number with more was calculated from one."""

ABOUT, EXACT = "about", "exact"
"""Quotations: a figure that is, or was calculated from, one that a page gives as "about"; one that a page prints
exactly."""

LEAST_ESTIMATE = 1e6
"""US dollars below which an estimate shows no single dollars."""

_ACRONYMS = {"gdp": "GDP", "ip": "IP", "pct": "PCT", "rd": "R&D", "us": "US"}

NO_VALUE = {"Q": "suppressed", "N": "near zero", "L": "not collected", "M": "cannot exist", "O": "missing"}
"""Words for SDMX observation statuses of figures without a value."""

PROVISIONAL = "P"
PART_OF_YEAR = "part of the year, as of"
"""Words before the vintage for a provisional figure that was published before its year had ended."""

STEP = "!"
"""The mark of a large step without a known cause; it is not an SDMX status."""

BREAK = "B"
"""The SDMX observation status of the first figure after a break in the series."""

UNRELIABLE = "U"
"""The SDMX observation status of a figure of low reliability, which feeds no lead, rank, growth or line of a chart."""

MARKED = {
    "E": "estimated",
    PROVISIONAL: "provisional",
    UNRELIABLE: "low reliability",
    BREAK: "break in the series",
    "D": "definition differs",
    "F": "forecast",
    "I": "imputed",
}
"""Words for SDMX observation statuses of figures with a value; A (normal) has no mark."""


@dataclass(frozen=True)
class Scale:
    """The divisor of the figures of one chart, and its word on the axis and in the table."""

    unit: Unit
    divisor: float = 1.0
    word: str = ""

    @property
    def label(self) -> str:
        """Such as ``billion US dollars``; ``ratio or index`` for a pure number."""
        return f"{self.word} {self.unit.phrase}".strip() or "ratio or index"

    @property
    def is_count(self) -> bool:
        """Return whether the figures are unscaled counts, of which only small fractional ones have decimals."""
        return self.unit.dimension == "count" and not self.word

    def number(self, value: float, digits: int) -> str:
        """Return the scaled value with separators and as many decimals; a true minus sign."""
        return signed(f"{value / self.divisor:,.{digits}f}")

    def cell(self, value: float, digits: int, status: str = "A") -> str:
        """Return the number for a table cell; a value other than zero that rounds to it is shown as ``<0.01``."""
        if not self.word and is_small_estimate(value, self.unit, status):
            return "<1 million" if value >= 0 else ">\N{MINUS SIGN}1 million"
        if value and not float(f"{value / self.divisor:.{digits}f}"):
            return f"{'<' if value > 0 else '>'}{signed(f'{math.copysign(10**-digits, value):.{digits}f}')}"
        return self.number(value, digits)

    def digits(self, values: Iterable[float]) -> int:
        """Return the decimals for three significant digits of the largest value: one or more if scaled, none for
        counts."""
        largest = max((abs(value) / self.divisor for value in values), default=0.0)
        if self.is_count or largest == 0:
            return 0 if largest >= 10 or largest == 0 else 1
        return max(1 if self.word else 0, min(4, 2 - math.floor(math.log10(largest))))

    def capped(self, digits: int, value: float | None, quotation: str) -> int:
        """Return the decimals of a figure: quotations keep their own; figures derived from "about" get one digit."""
        if not quotation or not value:
            return digits
        significant = len(f"{abs(value):.12e}".partition("e")[0].replace(".", "").rstrip("0"))
        if significant > MOST_QUOTED:
            if quotation == EXACT:
                return digits
            significant = 1
        return max(0, min(digits, significant - 1 - math.floor(math.log10(abs(value) / self.divisor))))


def quotation_of(status: str, source: str) -> str:
    """Return ``ABOUT`` or ``EXACT`` for a figure of published pages; empty for a figure of a statistical series."""
    if QUOTED_SOURCE not in source.split("+"):
        return ""
    return ABOUT if status == QUOTED_STATUS else EXACT if source == QUOTED_SOURCE else ""


def scale_of(unit: Unit, values: Iterable[float]) -> Scale:
    """Return the scale for figures in a unit: trillions, billions or millions where the unit is scaled."""
    largest = max((abs(value) for value in values), default=0.0)
    if unit.is_scaled:
        for divisor, word in SCALES:
            if largest >= divisor:
                return Scale(unit, divisor, word)
    return Scale(unit)


def readable(value: float, unit: Unit, status: str = "A", source: str = "") -> str:
    """Return a figure as its status and source allow, such as ``12.3 percent`` and ``about 4,600 patents``."""
    figure = _figure(value, unit, unit.phrase, status, source)
    return f"about {figure}" if quotation_of(status, source) == ABOUT else figure


def brief(value: float, unit: Unit, status: str = "A", source: str = "") -> str:
    """Return a single figure where the unit is written beside it, such as ``1.23 billion``, ``12.3``, ``4,567``."""
    return _figure(value, unit, "", status, source)


def exact(value: float, words: str) -> Markup:
    """Return a figure of a sentence as HTML with its exact value."""
    return Markup('<data value="{}">{}</data>').format(value, escape_text(words))


LEAST_BASE = 1e7
"""Least US dollars of the smaller figure of a ratio; below, rounding and one contract decide the ratio."""


def multiple(larger: float, smaller: float) -> Markup:
    """Return a figure as a multiple of another, in two digits, such as ``about 14 times``."""
    ratio = larger / smaller
    digits = 1 - math.floor(math.log10(ratio))
    times = f"{round(ratio, digits):,.{max(0, digits)}f}"
    return exact(ratio, "about" if times == "1.0" else f"about {times} times")


def is_small_estimate(value: float, unit: Unit, status: str) -> bool:
    """Return whether an estimate is too small to state its US dollars."""
    return status == "E" and unit.code == "USD" and abs(value) < LEAST_ESTIMATE


def _figure(value: float, unit: Unit, phrase: str, status: str, source: str) -> str:
    if is_small_estimate(value, unit, status):
        return f"{'less than' if value >= 0 else 'above minus'} 1 million {phrase}".strip()
    quotation = quotation_of(status, source)
    scale = scale_of(unit, [value])
    is_whole = not scale.word and unit.dimension in ("count", "money") and float(value).is_integer()
    digits = 0 if is_whole else scale.digits([value])
    digits = scale.capped(digits, value, quotation)
    number = scale.number(value, digits)
    if value and not float(f"{value / scale.divisor:.{digits}f}"):
        number = f"{'less than' if value > 0 else 'above minus'} {10**-digits:.{digits}f}"
    return f"{number} {f'{scale.word} {phrase}'.strip()}".strip()


def in_words(code: str) -> str:
    """Return a code of the release in words, such as ``IP receipts`` and ``share of GDP``."""
    return " ".join(
        _ACRONYMS.get(word, word) for word in code.replace("co_inv", "co-inv").replace("co_pub", "co-pub").split("_")
    )


def metric_title(metric: str) -> str:
    """Return the name of a metric as a heading, such as ``Co-inventions``."""
    words = in_words(metric)
    return words[:1].upper() + words[1:]


def signed(number: str) -> str:
    """Return a number with a true minus sign, and none before a zero."""
    if number.startswith("-"):
        return number[1:] if not number.strip("-0.,") else f"\N{MINUS SIGN}{number[1:]}"
    return number


def plain(value: object) -> str:
    """Return the text of a cell of a listing: empty for null, separators in numbers, ISO dates."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        size = abs(value)
        digits = 0 if size >= 1000 or not size else 2 if size >= 1 else 4
        return signed(f"{value:,.{digits}f}")
    return value.isoformat() if isinstance(value, date) else str(value)


def period(first: int, last: int) -> str:
    """One year, or the first and last of several."""
    return f"{first}" if first == last else f"{first} to {last}"


def month(day: date) -> str:
    """Return a day as a reader cites it, such as ``August 2019``."""
    return f"{day:%B %Y}"


def as_script(content: Any) -> Markup:
    """JSON that is safe inside a script element, whatever its texts."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here
