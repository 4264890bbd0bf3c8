"""The verdict on a claim, from every vintage of every published metric."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from orchestration.methods.claim_bounds import ABOVE_OTHERS, Bound, Quoted, bound_of
from orchestration.methods.claims import DIMENSIONS, WORLD, Claim
from orchestration.methods.revision_size import OWN, LargestRevision, RevisionSizes
from orchestration.methods.verdicts import (
    CONFIRMED,
    CONTRADICTED,
    DIFFERS_NOW,
    MISATTRIBUTED,
    NOT_VERIFIABLE,
    OUTSIDE_BOUND,
    SUPERSEDED,
    WITHIN_BOUND,
)

NO_AUTHORITY = "_Z"

COARSEST_ELSEWHERE = 0.01
"""Tolerance relative to the claim beyond which a figure is too coarse to be recognised in another metric.

A claim of "20 percent, give or take 2" fits some share of nearly everything; a match would be an accident.
"""

_TYPES = {
    pa.int32(): ("year", "fits_year"),
    pa.float64(): (
        *("claimed_value", "tolerance", "value_when_said", "value_latest", "fits_value"),
        *("deviation_percent", "largest_revision_percent", "bound_low", "bound_high"),
    ),
    pa.date32(): ("said_on", "vintage_when_said", "vintage_latest"),
}
_KINDS = {name: kind for kind, names in _TYPES.items() for name in names}
AUDIT_SCHEMA = pa.schema(
    (name, _KINDS.get(name, pa.string()))
    for name in (
        *("claim_id", *DIMENSIONS, "year", "claimed_value", "unit", "tolerance", "said_on", "verdict"),
        *("vintage_when_said", "value_when_said", "vintage_latest", "value_latest", "deviation_percent"),
        *("largest_revision_percent", "largest_revision_of", "source", "basis"),
        *("fits_metric", "fits_measure", "fits_item", "fits_year", "fits_value"),
        *("bound_low", "bound_high", "bound_figures", "bound_reason"),
        *("explanation", "missing_input", "source_that_would_bring_it"),
    )
)
"""One row a claim. ``source`` and ``basis`` are those of the official figures beside the claim; ``deviation_percent`` is how far
the claim lies from the latest of them, in percent of it, and empty where there is none or it is zero. ``largest_revision_percent``
is measured alike, an older vintage against a newer one; ``largest_revision_of`` is the series, or comparable series."""


@dataclass(frozen=True)
class Series:
    """The figures of a claim's key from one source on one basis, oldest vintage first; never empty."""

    figures: tuple[tuple[date, float], ...]
    source: str
    basis: str
    revision: LargestRevision | None = None

    @property
    def vintage(self) -> date:
        return self.figures[-1][0]

    @property
    def latest(self) -> float:
        return self.figures[-1][1]

    def current_on(self, day: date | None) -> tuple[date, float] | None:
        """Return the newest vintage of that day or before it; None where the earliest is younger or the day is not known."""
        known = [figure for figure in self.figures if day and figure[0] <= day]
        return known[-1] if known else None

    def leaves_open(self, claim: Claim) -> bool:
        """Return whether the claim may have been right by this series when it was made, although it differs from the latest.

        It may where no vintage of that time is stored and the gap, less the tolerance, is no larger than the largest
        revision of the series, or than twice that of comparable series where it has one vintage.
        """
        if self.current_on(claim.said_on):
            return False
        gap = abs(claim.value - self.latest) - claim.tolerance
        return self.revision is None or gap <= self.revision.limit * abs(self.latest) * (1 + 1e-12)


@dataclass(frozen=True)
class Context:
    """What claims are compared with.

    Args:
        sources: for each metric its sources, in words.
        units: for each code of a unit its name in a sentence.
        economies: codes of the areas that are economies and not groups of them.
        quoted: figures read in publications, which the bounds of claims name.
    """

    sources: Mapping[str, str]
    units: Mapping[str, str]
    economies: Collection[str] = ()
    quoted: Iterable[Quoted] = ()


def audit_table(claims: pd.DataFrame, values: pd.DataFrame, context: Context) -> pa.Table:
    """Return a verdict for every claim, with the numbers that it rests on.

    A claim is ``confirmed`` where the latest vintage of an official series (one source, one basis) fits it; ``superseded``
    where none does, but the vintage that was current when it was said did; ``misattributed`` where no vintage of its own
    metric fits, but another measure, item or counterpart of the same year and unit does; ``differs_now`` where nothing fits,
    but an official series may have fitted when it was said: no vintage of that time is stored and the gap is no larger than
    the largest revision of the series, or, where that has one vintage, than twice that of comparable series;
    ``contradicted`` where nothing fits and none may have; ``within_bound`` or ``outside_bound`` where the release has no figure
    for it and published figures bound it, or where it states that it is above all others; else ``not_verifiable``.

    Args:
        claims: columns claim_id, those of ``DIMENSIONS``, year, value, unit, tolerance (absolute, in unit), said_on (empty
            where it is not known), needs; those of a bound may be missing.
        values: every metric in every vintage, in the columns of the metric contract. Rows with a base_year are figures
            between two years and are left out, as are reconciled estimates. Figures of years that no claim is about
            count for the size of revisions alone. What no claim can touch may be missing: ``int_claim_figures_chosen``.
        context: what else the claims are compared with.

    Returns:
        One row a claim in the columns of ``AUDIT_SCHEMA``, ordered by claim_id.
    """
    official = _official(values)
    sizes = RevisionSizes(official, context.economies)
    quoted = {row.figure_id: replace(row, unit_name=context.units.get(row.unit, row.unit)) for row in context.quoted}
    rows = []
    for claim in _claims(claims, context):
        figures = official[official["year"] == claim.year]
        own = figures[(figures[list(DIMENSIONS)] == list(claim.key)).all(axis=1)]
        series = _series(claim, own, sizes)
        bound = None
        if claim.bound_rule == ABOVE_OTHERS or not series:
            bound = bound_of(claim, quoted, figures, context.economies)
        verdict = _bounded(claim, bound) if bound else _audited(claim, own, series, figures)
        rows.append(vars(claim) | {"claimed_value": claim.value, "bound_figures": None} | verdict)
    return pa.Table.from_pylist(rows, schema=AUDIT_SCHEMA)


def _claims(frame: pd.DataFrame, context: Context) -> list[Claim]:
    """Return claims in the order of their ids."""
    frame = frame.reindex(columns=[field.name for field in fields(Claim)] + ["needs"]).sort_values("claim_id")
    frame = frame.assign(said_on=_days(frame["said_on"])).astype(object)
    rows: Any = frame.where(frame.notna(), None).to_dict("records")
    claims = []
    for row in rows:
        metric = row["metric_id"]
        needs = row.pop("needs") or context.sources.get(metric)
        brings = needs or f"a source that feeds {metric} (its description names none)"
        unit = row["unit"]
        claims.append(Claim(**row | {"brings": brings, "unit_name": context.units.get(unit, unit)}))
    return claims


def _official(values: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of one year that publishers report or that follow from these, by vintage.

    What is estimated from reports, here or by a publisher that balances them, is no report, and confirms or contradicts nobody.
    """
    official = values[~values["basis"].isin(("reconciled", "balanced")) & values["base_year"].isna()]
    official = official.assign(vintage=_days(official["vintage"]), value=official["value"].astype("float64"))
    return official.sort_values(["vintage", "source", "basis"])


def _days(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column).dt.date


def _audited(claim: Claim, own: pd.DataFrame, series: Sequence[Series], figures: pd.DataFrame) -> dict[str, Any]:
    """Return the verdict by official figures: ``own`` are those of the claim's key, ``figures`` all those of its year."""
    if not series:
        return _not_verifiable(claim, own, figures)
    if now := [item for item in series if claim.fits(item.latest)]:
        return _judged(claim, CONFIRMED, now[0], series)
    if then := [item for item in series if (known := item.current_on(claim.said_on)) and claim.fits(known[1])]:
        return _judged(claim, SUPERSEDED, then[0], series)
    fits_own = any(claim.fits(value) for item in series for _, value in item.figures)
    if not fits_own and (fitting := _fitting_elsewhere(claim, figures)):
        return _judged(claim, MISATTRIBUTED, series[0], series, fitting)
    if undecided := [item for item in series if item.leaves_open(claim)]:
        return _judged(claim, DIFFERS_NOW, undecided[0], series)
    return _judged(claim, CONTRADICTED, series[0], series)


def _bounded(claim: Claim, bound: Bound) -> dict[str, Any]:
    """Return the verdict on a claim that a bound decides."""
    is_within = bound.allows(claim)
    columns = {
        "verdict": WITHIN_BOUND if is_within else OUTSIDE_BOUND,
        "bound_low": bound.low,
        "bound_high": bound.high,
        "bound_figures": claim.bound_figures,
        "bound_reason": bound.reason,
        "explanation": f"{_claimed(claim)}; {bound.reason}; the claim is {'consistent with' if is_within else 'outside'} that bound.",
    }
    return columns if claim.bound_rule == ABOVE_OTHERS else columns | _missing(claim, claim.unit)


def _missing(claim: Claim, what: str) -> dict[str, Any]:
    return {"missing_input": f"{_name(claim)} of {claim.year} in {what}", "source_that_would_bring_it": claim.brings}


def _series(claim: Claim, own: pd.DataFrame, sizes: RevisionSizes) -> list[Series]:
    """Return the series of the claim's key in its unit; the newest first, and of equally new ones the reported first."""
    stated = own[own["value"].notna() & (own["unit"] == claim.unit)]
    series = []
    for key, rows in stated.groupby(["source", "basis"]):
        source, basis = map(str, key)
        figures = tuple(zip(rows["vintage"], rows["value"], strict=True))
        revision = sizes.of((*claim.key, claim.unit, source, basis), figures[-1][1])
        series.append(Series(figures, source, basis, revision))
    return sorted(
        series, key=lambda item: (-item.vintage.toordinal(), item.basis != "reported", item.source, item.basis)
    )


def _fitting_elsewhere(claim: Claim, figures: pd.DataFrame) -> Any:
    """Return the likeliest figure of the same year, unit and area or pair that fits the claim, as a row; None without one.

    A figure of a third economy is never taken, however close. Outside its own metric a claim is recognised only where it was
    printed finely enough (``COARSEST_ELSEWHERE``). None of the claim's key fits.
    """
    is_alike = (figures["unit"] == claim.unit) & _of_same_economies(claim, figures) & claim.fits(figures["value"])
    if claim.value == 0 or claim.tolerance > COARSEST_ELSEWHERE * abs(claim.value):
        is_alike &= figures["metric_id"] == claim.metric_id
    return min(figures[is_alike].itertuples(), key=lambda figure: _likelihood(claim, figure), default=None)


def _of_same_economies(claim: Claim, figures: pd.DataFrame) -> pd.Series:
    """Return whether each figure is about the claim's economies and nobody else's, whichever way round."""
    claimed, ends = {claim.area, claim.counterpart_area}, figures[["area", "counterpart_area"]]
    is_inside = ends.isin(claimed | {WORLD}).all(axis=1)
    return is_inside if claimed == {WORLD} else is_inside & ends.isin(claimed - {WORLD}).any(axis=1)


def _likelihood(claim: Claim, figure: Any) -> tuple[Any, ...]:
    """Return a sort key: the same metric, then the same pair, measure and item, then the nearest figure, then the newest vintage."""
    return (
        figure.metric_id != claim.metric_id,
        (figure.area, figure.counterpart_area) != (claim.area, claim.counterpart_area),
        figure.measure != claim.measure,
        figure.item != claim.item,
        (figure.clock, figure.authority) != (claim.clock, claim.authority),
        abs(figure.value - claim.value),
        -figure.vintage.toordinal(),
        *(getattr(figure, name) for name in (*DIMENSIONS, "source", "basis")),
    )


def _not_verifiable(claim: Claim, own: pd.DataFrame, figures: pd.DataFrame) -> dict[str, Any]:
    """Return the verdict where the release lacks the figure: there is none, only a mark, or only one of another unit or clock."""
    shared = [name for name in DIMENSIONS if name not in ("clock", "authority")]
    same = figures[
        (figures[shared] == [getattr(claim, name) for name in shared]).all(axis=1) & figures["value"].notna()
    ]
    if units := sorted(set(own["unit"][own["value"].notna()])):
        why = f"this release has the figure in {', '.join(units)} only"
    elif len(own):
        newest = own[own["vintage"] == own["vintage"].max()].iloc[0]
        why = f"{newest['source']} marks it {newest['obs_status']} in the vintage of {newest['vintage']} and gives no figure"
    elif clocks := sorted({_clock(figure) for figure in same.itertuples()}):
        why = f"this release has the figure by {' and by '.join(clocks)} only"
    else:
        why = "this release has no such figure"
    explanation = f"{_claimed(claim)}; {why}; {claim.brings} would bring it."
    return {"verdict": NOT_VERIFIABLE, "explanation": explanation} | _missing(claim, claim.unit)


def _judged(
    claim: Claim, verdict: str, shown: Series, series: Sequence[Series], elsewhere: Any = None
) -> dict[str, Any]:
    """Return the verdict where there is at least one figure, with the shown series' numbers and the sentence."""
    latest, revision = shown.latest, shown.revision
    then, value_then = shown.current_on(claim.said_on) or (None, None)
    row = {
        "verdict": verdict,
        "vintage_when_said": then,
        "value_when_said": value_then,
        "vintage_latest": shown.vintage,
        "value_latest": latest,
        "deviation_percent": (claim.value - latest) / abs(latest) * 100 if latest else None,
        "largest_revision_percent": revision.share * 100 if revision else None,
        "largest_revision_of": revision.scope if revision else None,
        "source": shown.source,
        "basis": shown.basis,
        "explanation": _sentence(claim, verdict, shown, series, elsewhere),
    }
    if elsewhere is not None:
        row |= {f"fits_{name}": getattr(elsewhere, name) for name in ("measure", "item", "year", "value")}
        row["fits_metric"] = elsewhere.metric_id
    if verdict in (DIFFERS_NOW, CONTRADICTED) and then is None:
        row |= _missing(claim, _deciding(claim))
    return row


def _sentence(claim: Claim, verdict: str, shown: Series, series: Sequence[Series], elsewhere: Any) -> str:
    """Return one sentence: what was claimed, what is official now and was then, and whatever else the figure turned out to be."""
    gives = f"{shown.source} ({shown.basis}) gives {claim.text(shown.latest)} in the vintage of {shown.vintage}"
    clauses = [_claimed(claim), gives, _when_said(claim, shown)]
    if elsewhere is not None:
        clauses.append(_where_it_fits(claim, elsewhere))
    if verdict in (DIFFERS_NOW, CONTRADICTED):
        clauses += _fitting_vintage(claim, series)
        clauses += _against_revisions(claim, verdict, shown)
    if beside := [item for item in series if item is not shown]:
        named = ", ".join(f"{item.source} ({item.basis}) {claim.text(item.latest)}" for item in beside[:3])
        clauses.append(f"also published: {named}" + (f" and {len(beside) - 3} more" if len(beside) > 3 else ""))
    return "; ".join(clauses) + "."


def _claimed(claim: Claim) -> str:
    return f"Claimed {claim.text(claim.value)} for {_name(claim)} in {claim.year}"


def _against_revisions(claim: Claim, verdict: str, shown: Series) -> list[str]:
    """Return a clause on whether a vintage that the release lacks may have agreed, and which would decide."""
    if shown.current_on(claim.said_on):
        return []
    share = abs(claim.value - shown.latest) / abs(shown.latest) if shown.latest else float("inf")
    moved, gap = _moved(claim, shown), f"the gap of {_percent(share)}"
    if verdict == CONTRADICTED:
        return [f"{moved}, less than {gap}"]
    return [f"{moved}; beside {gap}, whether it was right when said is not known: {_deciding(claim)} would decide"]


def _moved(claim: Claim, shown: Series) -> str:
    revision = shown.revision
    if revision is None:
        return f"how far the figure moves is not known, because {claim.metric_id} from {shown.source} has one vintage"
    if revision.scope == OWN:
        return f"between its vintages the series has moved by up to {_percent(revision.share)}"
    return (
        f"the series has one vintage, and comparable series have moved by up to {_percent(revision.share)} between theirs, "
        f"twice which is {_percent(revision.limit)}"
    )


def _percent(share: float) -> str:
    return f"{share * 100:,.1f} percent" if share != float("inf") else "any size (the latest figure is zero)"


def _deciding(claim: Claim) -> str:
    if claim.said_on is None:
        return "the vintage current when it was said, a day that is not given,"
    return f"a vintage of {claim.said_on} or before"


def _when_said(claim: Claim, shown: Series) -> str:
    if claim.said_on is None:
        return "the day on which it was said is not given"
    current = shown.current_on(claim.said_on)
    if current is None:
        return f"what was current on {claim.said_on} is not known, because the earliest vintage in this release, {shown.figures[0][0]}, is later"
    if current[1] == shown.latest:
        return f"it was the same when the claim was made on {claim.said_on}"
    return (
        f"the vintage current when the claim was made on {claim.said_on}, {current[0]}, gave {claim.text(current[1])}"
    )


def _fitting_vintage(claim: Claim, series: Iterable[Series]) -> list[str]:
    """Return a clause where the claim is the figure of a vintage that was current neither when it was said nor now."""
    for item in series:
        for vintage, value in reversed(item.figures):
            if claim.fits(value):
                then = "" if claim.said_on is None else ", which was not current then"
                return [f"it fits the vintage of {vintage} of {item.source}, {claim.text(value)}{then}"]
    return []


def _where_it_fits(claim: Claim, figure: Any) -> str:
    metric = "" if figure.metric_id == claim.metric_id else f"{figure.metric_id}: "
    item = "" if figure.item == claim.item else f", item {figure.item}"
    pair = ""
    if (figure.area, figure.counterpart_area) != (claim.area, claim.counterpart_area):
        pair = f", {_economies(figure.area, figure.counterpart_area)}"
    clock = "" if (figure.clock, figure.authority) == (claim.clock, claim.authority) else f", by {_clock(figure)}"
    value = claim.text(figure.value)
    return f"the figure is that of {metric}{figure.measure}{item}{pair}{clock}, {value} by {figure.source} in the vintage of {figure.vintage}"


def _name(claim: Claim) -> str:
    item = "" if claim.item == "_T" else f", item {claim.item}"
    measure = claim.measure if claim.measure == claim.metric_id else f"{claim.metric_id}: {claim.measure}"
    return f"{measure}, {_economies(claim.area, claim.counterpart_area)}{item}"


def _clock(figure: Any) -> str:
    """Return such as ``filing year``, or ``grant year at US50`` where an authority counts."""
    clock = figure.clock.replace("_", " ")
    return clock if figure.authority == NO_AUTHORITY else f"{clock} at {figure.authority}"


def _economies(area: str, counterpart_area: str) -> str:
    return area if counterpart_area == WORLD else f"{area} with {counterpart_area}"
