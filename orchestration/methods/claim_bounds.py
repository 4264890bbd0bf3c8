"""Bounds that published figures set to claims which no official series decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from math import prod

import pandas as pd

from orchestration.methods.claims import DIMENSIONS, Claim, figure_text

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
    reason: str

    def allows(self, claim: Claim) -> bool:
        """Return whether a value within the tolerance of the claim lies between the ends."""
        slack = claim.tolerance + 1e-12 * abs(claim.value)
        return (self.low is None or claim.value + slack >= self.low) and (
            self.high is None or claim.value - slack <= self.high
        )


def bound_of(
    claim: Claim, quoted: Mapping[str, Quoted], figures: pd.DataFrame, economies: Collection[str]
) -> Bound | None:
    """Return the bound of a claim by its rule, or None where it has no rule or the release lacks a figure of it.

    ``product`` gives the products of the lower and of the upper ends of the figures, ``at_most`` the upper one alone;
    a percentage is a factor unless the claim is one. ``above_others`` gives ``times`` the largest figure of another economy.

    Args:
        claim: the claim.
        quoted: figures of publications by their ids.
        figures: official figures of the claim's year, in the columns of the metric contract, by vintage.
        economies: codes of the areas that are economies and not groups of them.
    """
    if claim.bound_rule == ABOVE_OTHERS:
        return _above_others(claim, figures, economies)
    names = (claim.bound_figures or "").split()
    factors = [quoted[name] for name in names if name in quoted]
    if not names or len(factors) < len(names):
        return None
    scale = prod(0.01 for factor in factors if factor.unit == _PERCENT != claim.unit)
    low: float | None = scale * prod(factor.value - factor.precision_value for factor in factors)
    high: float | None = scale * prod(factor.value + factor.precision_value for factor in factors)
    if claim.bound_rule == _AT_MOST or any(factor.qualifier == "under" for factor in factors):
        low = None
    if any(factor.qualifier == "over" for factor in factors):
        high = None
    stated = " and ".join(_stated(factor) for factor in factors)
    return Bound(low, high, f"{stated}: {_between(claim, low, high)}; {claim.bound_because}")


def _above_others(claim: Claim, figures: pd.DataFrame, economies: Collection[str]) -> Bound | None:
    """Return the bound by the largest official figure of another economy, each source by its newest vintage."""
    shared = [name for name in (*DIMENSIONS, "unit") if name != "area"]
    same = (figures[shared] == [getattr(claim, name) for name in shared]).all(axis=1)
    others = figures[same & figures["area"].isin({*economies} - {claim.area}) & figures["value"].notna()]
    if others.empty:
        return None
    newest = others.groupby(["area", "source"]).tail(1)
    area, source, vintage, value = newest.sort_values(["value", "area"])[["area", "source", "vintage", "value"]].iloc[
        -1
    ]
    low = (claim.bound_times or 1.0) * value
    reason = (
        f"of {newest['area'].nunique()} other economies with a figure {area} has the largest, {claim.text(value)} ({source}, "
        f"vintage {vintage}), of which the claim is {claim.value / value:.1f} times: {_between(claim, low, None)}; "
        f"{claim.bound_because}"
    )
    return Bound(low, None, reason)


def _between(claim: Claim, low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {claim.text(high)}" if high is not None else "no end is known"
    return f"at least {claim.text(low)}" if high is None else f"between {claim.text(low)} and {claim.text(high)}"


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
