"""Bounds that published figures set to claims which no official series decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import prod

from orchestration.methods.claims import Claim, Figure, figure_text

ABOVE_OTHERS = "above_others"
_AT_MOST = "at_most"
_PERCENT = "PT"


@dataclass(frozen=True)
class Quoted:
    """A figure read in a publication: a row of ``fct_published_figure``, with the name of its unit."""

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
    unit_name: str = ""


@dataclass(frozen=True)
class Bound:
    """Ends between which a claimed figure must lie, an end that is not known being None, and the sentence behind them."""

    low: float | None
    high: float | None
    figures: str | None
    reason: str

    def allows(self, claim: Claim) -> bool:
        """Return whether a value within the tolerance of the claim lies between the ends."""
        slack = claim.tolerance + 1e-12 * abs(claim.value)
        return (self.low is None or claim.value + slack >= self.low) and (
            self.high is None or claim.value - slack <= self.high
        )


def bound_of(claim: Claim, quoted: Mapping[str, Quoted], figures: Iterable[Figure]) -> Bound | None:
    """Return the bound of a claim by its rule, or None where it has no rule or the release lacks a figure of it.

    ``product`` gives the products of the lower and of the upper ends of the figures, ``at_most`` the upper one alone;
    a percentage is a factor unless the claim is one. ``above_others`` gives ``times`` the largest figure of another economy.

    Args:
        claim: the claim.
        quoted: figures of publications by their ids.
        figures: official figures of the claim's year.
    """
    if claim.bound is None:
        return None
    if claim.bound.rule == ABOVE_OTHERS:
        return _above_others(claim, claim.bound.times or 1.0, figures)
    factors = [quoted[name] for name in claim.bound.figures if name in quoted]
    if len(factors) < len(claim.bound.figures):
        return None
    scale = prod(0.01 for factor in factors if factor.unit == _PERCENT != claim.unit)
    low = scale * prod(factor.value - factor.precision_value for factor in factors)
    high = scale * prod(factor.value + factor.precision_value for factor in factors)
    is_open_below = claim.bound.rule == _AT_MOST or any(factor.qualifier == "under" for factor in factors)
    is_open_above = any(factor.qualifier == "over" for factor in factors)
    ends = (None if is_open_below else low, None if is_open_above else high)
    stated = " and ".join(_stated(factor) for factor in factors)
    reason = f"{stated}: {_between(*ends, claim.unit_name)}; {claim.bound.because}"
    return Bound(*ends, " ".join(claim.bound.figures), reason)


def _above_others(claim: Claim, times: float, figures: Iterable[Figure]) -> Bound | None:
    """Return the bound by the largest official figure of another economy; codes of groups are no three letters."""
    newest: dict[tuple[str, str], Figure] = {}
    for figure in figures:
        is_economy = len(figure.area) == 3 and figure.area.isalpha()
        same = (figure.key[:2], figure.key[3:], figure.unit) == (claim.key[:2], claim.key[3:], claim.unit)
        if same and is_economy and figure.area != claim.area and figure.value is not None:
            newest[figure.area, figure.source] = figure  # the oldest vintage comes first
    if not newest or claim.bound is None:
        return None
    largest = max(newest.values(), key=lambda figure: (figure.value or 0.0, figure.area))
    value = largest.value or 0.0
    reason = (
        f"of {len({area for area, _ in newest})} other economies with a figure {largest.area} has the largest, "
        f"{figure_text(value, claim.unit_name)} ({largest.source}, vintage {largest.vintage}), of which the claim is "
        f"{claim.value / value:.1f} times: {_between(times * value, None, claim.unit_name)}; {claim.bound.because}"
    )
    return Bound(times * value, None, None, reason)


def _between(low: float | None, high: float | None, unit_name: str) -> str:
    if low is None:
        return f"at most {figure_text(high, unit_name)}" if high is not None else "no end is known"
    if high is None:
        return f"at least {figure_text(low, unit_name)}"
    return f"between {figure_text(low, unit_name)} and {figure_text(high, unit_name)}"


def _stated(factor: Quoted) -> str:
    """Return a figure with who printed it, when and in which words, and whether the page is primary."""
    words = f"“{factor.phrase}”, " if factor.phrase else ""
    page = "primary" if factor.is_primary else "secondary"
    qualifier = "" if factor.qualifier == "exact" else f"{factor.qualifier} "
    measure = factor.measure.replace("_", " ").replace("ip ", "IP ")
    return (
        f"{measure} of {qualifier}{figure_text(factor.value, factor.unit_name)} in {factor.year}, by {factor.publisher} "
        f"({words}{page}, {factor.vintage})"
    )
