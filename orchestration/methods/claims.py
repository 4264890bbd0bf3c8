"""Claims and figures as the audit compares them, and bounds that published figures set without an official series."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DIMENSIONS = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority")
"""Columns that a claim and a figure about the same thing share, apart from year and unit."""

ABOVE_OTHERS = "above_others"
AT_LEAST = "at_least"
LONGEST_CYCLE = 15
"""Months for which a vintage counts as current at most."""
UNSOURCED = "quoted_"
"""Beginning of measures of pages that name no source: they make a claim plausible, never wrong."""


@dataclass(frozen=True)
class Quoted:
    """A figure read in a publication: a row of ``fct_published_figure``."""

    figure_id: str
    measure: str
    value: float
    precision_value: float
    unit: str
    year: int
    qualifier: str
    publisher: str
    vintage: date
    phrase: str | None
    is_primary: bool

    @property
    def slack(self) -> float:
        """Largest distance of the exact figure from the printed one; the whole last digit of an "about"."""
        return self.precision_value * (2 if self.qualifier == "about" else 1)


@dataclass(frozen=True)
class AuditContext:
    """What claims are compared with: names of sources and units, codes of economies, figures of publications.

    ``cycles`` has the months between two vintages of each source.
    """

    sources: Mapping[str, str]
    units: Mapping[str, str]
    economies: Collection[str] = ()
    quoted: Iterable[Quoted] = ()
    cycles: Mapping[str, int] = field(default_factory=dict)

    def cycle(self, source: str) -> int:
        """Return the months for which a vintage is evidence of what was current; of a combined source the shortest."""
        return min(LONGEST_CYCLE, *(self.cycles.get(name, 12) for name in source.split("+")))


@dataclass(frozen=True)
class Claim:
    """A claim to audit; ``tolerance`` is absolute, in ``unit``, and ``unit_name`` is the unit in a sentence.

    ``said_on`` is None where the day is not known; no vintage then counts as the one current at the time. ``brings``
    names the source that would bring the figure. The fields of a bound are those of a claim file.
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
    base_year: int | None = None
    bound_rule: str | None = None
    bound_figures: str | None = None
    bound_times: float | None = None
    bound_because: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in DIMENSIONS)

    def alike(self, figures: pd.DataFrame, *but: str) -> Any:
        """Return which figures share the claim's ``DIMENSIONS``, but for those named."""
        shared = [name for name in DIMENSIONS if name not in but]
        return (figures[shared] == [getattr(self, name) for name in shared]).all(axis=1)

    def fits(self, value: Any) -> Any:
        """Return whether a value, or each of a column, lies within the tolerance, but for the rounding of floats."""
        return abs(value - self.value) <= self.tolerance + 1e-12 * abs(self.value)

    def text(self, value: float) -> str:
        """Return a value in the unit of the claim as text."""
        return figure_text(value, self.unit_name)


_SCALES = ((1e12, "trillion "), (1e9, "billion "), (1e6, "million "))


def figure_text(value: float, unit_name: str) -> str:
    """Return a value as text with five significant digits: ``169.52 billion US dollars``, ``37.2 percent``."""
    scale, word = next(((size, name) for size, name in _SCALES if abs(value) >= size), (1.0, ""))
    return f"{float(f'{value / scale:.5g}'):,.10g} {word}{unit_name}".strip()


@dataclass(frozen=True)
class Bound:
    """Ends between which a claimed figure must lie, None where an end is not known, and the reason in a sentence.

    ``refutes`` is False where a figure is from a page that names no source.
    """

    low: float | None
    high: float | None
    reason: str
    refutes: bool = True

    def allows(self, claim: Claim) -> bool:
        """Return whether a value within the tolerance of the claim lies between the ends."""
        slack = claim.tolerance + 1e-12 * abs(claim.value)
        is_above = self.low is None or claim.value + slack >= self.low
        return is_above and (self.high is None or claim.value - slack <= self.high)

    def decides(self, claim: Claim) -> bool:
        """Return whether the bound has a verdict: one that also allows twice or half the claim has none."""
        if not self.refutes and not self.allows(claim):
            return False
        if claim.bound_rule == AT_LEAST or None not in (self.low, self.high):
            return True
        return self.low > claim.value / 2 if self.low is not None else (self.high or 0) < claim.value * 2


def bound_of(claim: Claim, figures: pd.DataFrame, context: AuditContext) -> Bound | None:
    """Return the bound of a claim by its rule, or None where it has no rule or the release lacks a figure of it.

    ``product`` gives the products of the lower and of the upper ends of the figures, ``at_most`` the upper one alone; a
    percentage is a factor unless the claim is one. ``above_others`` gives ``times`` the largest figure of another
    economy. ``at_least`` reads the claim as a lower limit of the figures' product, or of the official figure where none
    is named. ``figures`` are the reliable official figures of the claim's year, in the columns of the metric contract,
    by vintage.
    """
    if claim.bound_rule == ABOVE_OTHERS:
        return _above_others(claim, figures, context)
    names = (claim.bound_figures or "").split()
    if claim.bound_rule == AT_LEAST and not names:
        return _own_limit(claim, figures)
    quoted = {row.figure_id: row for row in context.quoted}
    if not names or not quoted.keys() >= {*names}:
        return None
    factors = [quoted[name] for name in names]
    qualifiers = {factor.qualifier for factor in factors}
    scale = prod(0.01 for factor in factors if factor.unit == "PT" != claim.unit)
    is_below = claim.bound_rule in ("at_most", AT_LEAST) or "under" in qualifiers
    low = None if is_below else scale * prod(row.value - row.slack for row in factors)
    high = None if "over" in qualifiers else scale * prod(row.value + row.slack for row in factors)
    quotations = " and ".join(_quotation(factor, context) for factor in factors)
    refutes = not any(factor.measure.startswith(UNSOURCED) for factor in factors)
    return Bound(low, high, f"{quotations}: {_between(claim, low, high)}; {claim.bound_because}", refutes)


def _own_limit(claim: Claim, figures: pd.DataFrame) -> Bound | None:
    """Return the newest official figure as the upper end of a claim that is a lower limit."""
    own = figures[claim.alike(figures) & (figures["unit"] == claim.unit) & figures["value"].notna()]
    if own.empty:
        return None
    newest = own.iloc[-1]
    origin = f"{newest['source']}, {newest['basis']}, status {newest['obs_status']}, vintage {newest['vintage']}"
    official = f"the official figure is {claim.text(newest['value'])} ({origin})"
    return Bound(None, newest["value"], f"{official}; {claim.bound_because}")


def _above_others(claim: Claim, figures: pd.DataFrame, context: AuditContext) -> Bound | None:
    """Return the bound by the largest official figure of another economy, each source by its newest vintage."""
    same = claim.alike(figures, "area") & (figures["unit"] == claim.unit)
    others = figures[same & figures["area"].isin({*context.economies} - {claim.area}) & figures["value"].notna()]
    if others.empty:
        return None
    newest = others.groupby(["area", "source"]).tail(1)
    largest = newest.sort_values(["value", "area"]).iloc[-1]
    low = (claim.bound_times or 1.0) * largest["value"]
    reason = (
        f"of {newest['area'].nunique()} other economies with a figure {largest['area']} has the largest, "
        f"{claim.text(largest['value'])} ({largest['source']}, vintage {largest['vintage']}), of which the claim is "
        f"{claim.value / largest['value']:.1f} times: {_between(claim, low, None)}; {claim.bound_because}"
    )
    return Bound(low, None, reason)


def _between(claim: Claim, low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"between {claim.text(low)} and {claim.text(high)}"
    return "".join(
        f"{end} {claim.text(value)}" for end, value in (("at least", low), ("at most", high)) if value is not None
    )


def _quotation(factor: Quoted, context: AuditContext) -> str:
    """Return a figure with who printed it, when and in which words, and whether the page is primary."""
    words = f"“{factor.phrase}”, " if factor.phrase else ""
    page = "primary" if factor.is_primary else "secondary"
    qualifier = "" if factor.qualifier == "exact" else f"{factor.qualifier} "
    measure = factor.measure.replace("_", " ").replace("ip ", "IP ")
    value = figure_text(factor.value, context.units.get(factor.unit, factor.unit))
    return f"{measure} of {qualifier}{value} in {factor.year}, by {factor.publisher} ({words}{page}, {factor.vintage})"
