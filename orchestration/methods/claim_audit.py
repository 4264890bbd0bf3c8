"""The verdict on a claim, from every vintage of every published metric."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from orchestration.methods import verdicts
from orchestration.methods.claims import ABOVE_OTHERS, DIMENSIONS, WORLD, Bound, Claim, Context, bound_of

SERIES = (*DIMENSIONS, "unit", "source", "basis")
"""Columns that the figures of one series share over all its years and vintages."""

OWN = "series"
COMPARABLE = "comparable_series"

NOT_COMPARABLE = ("mirror_asymmetry", "revisions")
"""Metrics of differences, whose figures move by any share."""
LEAST_COMPARABLE = 0.1
"""Share that comparable series count as revised by at least."""
_MOST_REVISED = ("USD", 9.0)
"""Unit and order of magnitude of the figures that stand for a unit without any revision: money of a billion and more."""
_ROUNDING = 1e-9

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
class LargestRevision:
    """How far an older vintage was from a newer one at most, as a share of the newer; ``scope`` names the series."""

    share: float
    scope: str

    @property
    def limit(self) -> float:
        """Gap beyond which a claim is contradicted: twice the revision of comparable series."""
        return self.share if self.scope == OWN else 2 * self.share


class RevisionSizes:
    """The largest revisions in a frame of figures, by series and by unit and order of magnitude."""

    def __init__(self, figures: pd.DataFrame, economies: Collection[str]) -> None:
        """Measure every series: ``figures`` have the columns ``SERIES``, year, vintage and value; those of ``economies`` are comparable."""
        frame = figures[figures["value"].notna()].sort_values("vintage", kind="stable")
        newer = frame["value"]
        figure = frame.groupby([*SERIES, "year"]).ngroup()
        lowest = newer.groupby(figure).cummin().groupby(figure).shift()
        highest = newer.groupby(figure).cummax().groupby(figure).shift()
        moved = np.maximum(highest - newer, newer - lowest)
        frame = frame.assign(share=(moved / newer.abs()).where(newer != 0)).dropna(subset=["share"])
        largest = frame.groupby(list(SERIES))["share"].max()
        self._own = largest.where(largest >= _ROUNDING, 0.0).to_dict()
        levels = frame[frame["area"].isin(economies) & ~frame["metric_id"].isin(NOT_COMPARABLE)]
        self._levels = levels.assign(magnitude=np.floor(np.log10(levels["value"].abs())))

    def of(self, series: tuple[str, ...], latest: float) -> LargestRevision | None:
        """Return the largest revision of a series, a tuple of ``SERIES``.

        A series with one vintage has that of comparable series: economies' figures in its unit of the order of magnitude
        of ``latest`` or larger, and of money from a billion where its unit has no revision. None where no figure moved.
        """
        if (own := self._own.get(series)) is not None:
            return LargestRevision(own, OWN)
        size = np.floor(np.log10(abs(latest))) if latest else -np.inf
        for unit, smallest in ((series[SERIES.index("unit")], size), _MOST_REVISED):
            alike = self._levels[(self._levels["unit"] == unit) & (self._levels["magnitude"] >= smallest)]
            if len(alike):
                return LargestRevision(max(LEAST_COMPARABLE, float(alike["share"].max())), COMPARABLE)
        return None


@dataclass(frozen=True)
class Series:
    """The figures of a claim's key from one source on one basis, oldest vintage first; never empty.

    ``then`` is the newest vintage of the day of the claim or before it, with its figure; None where the earliest is younger or
    the day is not known.
    """

    figures: tuple[tuple[date, float], ...]
    source: str
    basis: str
    then: tuple[date, float] | None
    revision: LargestRevision | None

    @property
    def vintage(self) -> date:
        return self.figures[-1][0]

    @property
    def latest(self) -> float:
        return self.figures[-1][1]

    def leaves_open(self, claim: Claim) -> bool:
        """Return whether the claim may have been right by this series when it was made, although it differs from the latest.

        It may where no vintage of that time is stored and the gap, less the tolerance, is no larger than the largest
        revision of the series, or than twice that of comparable series where it has one vintage.
        """
        gap = abs(claim.value - self.latest) - claim.tolerance
        limit = float("inf") if self.revision is None else self.revision.limit * abs(self.latest) * (1 + 1e-12)
        return self.then is None and gap <= limit


def audit_table(claims: pd.DataFrame, values: pd.DataFrame, context: Context) -> pa.Table:
    """Return a verdict for every claim, with the numbers that it rests on; docs/claims.md describes the verdicts.

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
    rows = []
    for claim in _claims(claims, context):
        figures = official[official["year"] == claim.year]
        own = figures[(figures[list(DIMENSIONS)] == list(claim.key)).all(axis=1)]
        series = _series(claim, own, sizes)
        is_bounded = claim.bound_rule == ABOVE_OTHERS or not series
        bound = bound_of(claim, figures, context) if is_bounded else None
        verdict = _bounded(claim, bound) if bound else _audited(claim, own, series, figures)
        rows.append(vars(claim) | {"claimed_value": claim.value, "bound_figures": None} | verdict)
    return pa.Table.from_pylist(rows, schema=AUDIT_SCHEMA)


def _claims(frame: pd.DataFrame, context: Context) -> list[Claim]:
    """Return claims in the order of their ids."""
    frame = frame.reindex(columns=[*(field.name for field in fields(Claim)), "needs"]).sort_values("claim_id")
    frame = frame.assign(said_on=_days(frame["said_on"])).astype(object)
    rows: Any = frame.where(frame.notna(), None).to_dict("records")
    for row in rows:
        unknown = f"a source that feeds {row['metric_id']} (its description names none)"
        row["brings"] = row.pop("needs") or context.sources.get(row["metric_id"]) or unknown
        row["unit_name"] = context.units.get(row["unit"], row["unit"])
    return [Claim(**row) for row in rows]


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
        return _judged(claim, verdicts.CONFIRMED, now[0], series)
    if then := [item for item in series if item.then and claim.fits(item.then[1])]:
        return _judged(claim, verdicts.SUPERSEDED, then[0], series)
    fits_own = any(claim.fits(value) for item in series for _, value in item.figures)
    if not fits_own and (fitting := _fitting_elsewhere(claim, figures)):
        return _judged(claim, verdicts.MISATTRIBUTED, series[0], series, fitting)
    if undecided := [item for item in series if item.leaves_open(claim)]:
        return _judged(claim, verdicts.DIFFERS_NOW, undecided[0], series)
    return _judged(claim, verdicts.CONTRADICTED, series[0], series)


def _bounded(claim: Claim, bound: Bound) -> dict[str, Any]:
    """Return the verdict on a claim that a bound decides."""
    is_within = bound.allows(claim)
    columns = {
        "verdict": verdicts.WITHIN_BOUND if is_within else verdicts.OUTSIDE_BOUND,
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
        then = [figure for figure in figures if claim.said_on and figure[0] <= claim.said_on]
        revision = sizes.of((*claim.key, claim.unit, source, basis), figures[-1][1])
        series.append(Series(figures, source, basis, then[-1] if then else None, revision))
    return sorted(
        series, key=lambda item: (-item.vintage.toordinal(), item.basis != "reported", item.source, item.basis)
    )


def _fitting_elsewhere(claim: Claim, figures: pd.DataFrame) -> Any:
    """Return the likeliest figure of the same year, unit and area or pair that fits the claim, as a row; None without one.

    A figure of a third economy is never taken, however close. Outside its own metric a claim is recognised only where it was
    printed finely enough (``COARSEST_ELSEWHERE``). None of the claim's key fits.
    """
    claimed, ends = {claim.area, claim.counterpart_area}, figures[["area", "counterpart_area"]]
    is_alike = (figures["unit"] == claim.unit) & claim.fits(figures["value"])
    is_alike &= ends.isin(claimed | {WORLD}).all(
        axis=1
    )  # about the claim's economies and nobody else's, either way round
    if claimed != {WORLD}:
        is_alike &= ends.isin(claimed - {WORLD}).any(axis=1)
    if claim.value == 0 or claim.tolerance > COARSEST_ELSEWHERE * abs(claim.value):
        is_alike &= figures["metric_id"] == claim.metric_id
    return min(figures[is_alike].itertuples(), key=lambda figure: _likelihood(claim, figure), default=None)


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
    *shared, _, _ = DIMENSIONS
    same = figures[(figures[shared] == list(claim.key[:-2])).all(axis=1) & figures["value"].notna()]
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
    return {"verdict": verdicts.NOT_VERIFIABLE, "explanation": explanation} | _missing(claim, claim.unit)


def _judged(
    claim: Claim, verdict: str, shown: Series, series: Sequence[Series], elsewhere: Any = None
) -> dict[str, Any]:
    """Return the verdict where there is at least one figure, with the shown series' numbers and the sentence."""
    latest, revision = shown.latest, shown.revision
    vintage_then, value_then = shown.then or (None, None)
    row = {
        "verdict": verdict,
        "vintage_when_said": vintage_then,
        "value_when_said": value_then,
        "vintage_latest": shown.vintage,
        "value_latest": latest,
        "deviation_percent": (claim.value - latest) / abs(latest) * 100 if latest else None,
        "source": shown.source,
        "basis": shown.basis,
        "explanation": _sentence(claim, verdict, shown, series, elsewhere),
    }
    if revision:
        row |= {"largest_revision_percent": revision.share * 100, "largest_revision_of": revision.scope}
    if elsewhere is not None:
        row |= {f"fits_{name}": getattr(elsewhere, name) for name in ("measure", "item", "year", "value")}
        row["fits_metric"] = elsewhere.metric_id
    if verdict in (verdicts.DIFFERS_NOW, verdicts.CONTRADICTED) and not shown.then:
        row |= _missing(claim, _deciding(claim))
    return row


def _sentence(claim: Claim, verdict: str, shown: Series, series: Sequence[Series], elsewhere: Any) -> str:
    """Return one sentence: what was claimed, what is official now and was then, and whatever else the figure turned out to be."""
    gives = f"{shown.source} ({shown.basis}) gives {claim.text(shown.latest)} in the vintage of {shown.vintage}"
    clauses = [_claimed(claim), gives, _when_said(claim, shown)]
    if elsewhere is not None:
        clauses.append(_where_it_fits(claim, elsewhere))
    if verdict in (verdicts.DIFFERS_NOW, verdicts.CONTRADICTED):
        # a vintage that was current neither when it was said nor now
        fitting = (
            (item.source, *figure) for item in series for figure in reversed(item.figures) if claim.fits(figure[1])
        )
        for source, vintage, value in [*fitting][:1]:
            then = "" if claim.said_on is None else ", which was not current then"
            clauses.append(f"it fits the vintage of {vintage} of {source}, {claim.text(value)}{then}")
        if not shown.then:
            clauses.append(_against_revisions(claim, verdict, shown))
    if beside := [item for item in series if item is not shown]:
        named = ", ".join(f"{item.source} ({item.basis}) {claim.text(item.latest)}" for item in beside[:3])
        clauses.append(f"also published: {named}" + (f" and {len(beside) - 3} more" if len(beside) > 3 else ""))
    return "; ".join(clauses) + "."


def _claimed(claim: Claim) -> str:
    return f"Claimed {claim.text(claim.value)} for {_name(claim)} in {claim.year}"


def _against_revisions(claim: Claim, verdict: str, shown: Series) -> str:
    """Return a clause on whether a vintage that the release lacks may have agreed, and which would decide."""
    revision = shown.revision
    if revision is None:
        moved = f"how far the figure moves is not known, because {claim.metric_id} from {shown.source} has one vintage"
    elif revision.scope == OWN:
        moved = f"between its vintages the series has moved by up to {_percent(revision.share)}"
    else:
        moved = (
            f"the series has one vintage, and comparable series have moved by up to {_percent(revision.share)} between "
            f"theirs, twice which is {_percent(revision.limit)}"
        )
    share = abs(claim.value - shown.latest) / abs(shown.latest) if shown.latest else None
    gap = "the gap to a figure of zero" if share is None else f"the gap of {_percent(share)}"
    if verdict == verdicts.CONTRADICTED:
        return f"{moved}, less than {gap}"
    return f"{moved}; beside {gap}, whether it was right when said is not known: {_deciding(claim)} would decide"


def _percent(share: float) -> str:
    return f"{share * 100:,.1f} percent"


def _deciding(claim: Claim) -> str:
    if claim.said_on is None:
        return "the vintage current when it was said (the day is not given)"
    return f"a vintage of {claim.said_on} or before"


def _when_said(claim: Claim, shown: Series) -> str:
    if claim.said_on is None:
        return "the day on which it was said is not given"
    if shown.then is None:
        return f"what was current on {claim.said_on} is not known, because the earliest vintage in this release, {shown.figures[0][0]}, is later"
    vintage, value = shown.then
    if value == shown.latest:
        return f"it was the same when the claim was made on {claim.said_on}"
    return f"the vintage current when the claim was made on {claim.said_on}, {vintage}, gave {claim.text(value)}"


def _where_it_fits(claim: Claim, figure: Any) -> str:
    parts = (
        "" if figure.metric_id == claim.metric_id else f"{figure.metric_id}: ",
        figure.measure,
        "" if figure.item == claim.item else f", item {figure.item}",
        "" if _economies(figure) == _economies(claim) else f", {_economies(figure)}",
        "" if _clock(figure) == _clock(claim) else f", by {_clock(figure)}",
    )
    value = f"{claim.text(figure.value)} by {figure.source} in the vintage of {figure.vintage}"
    return f"the figure is that of {''.join(parts)}, {value}"


def _name(claim: Claim) -> str:
    item = "" if claim.item == "_T" else f", item {claim.item}"
    measure = claim.measure if claim.measure == claim.metric_id else f"{claim.metric_id}: {claim.measure}"
    return f"{measure}, {_economies(claim)}{item}"


def _clock(figure: Any) -> str:
    """Return such as ``filing year``, or ``grant year at US50`` where an authority counts."""
    clock = figure.clock.replace("_", " ")
    return clock if figure.authority == "_Z" else f"{clock} at {figure.authority}"


def _economies(figure: Any) -> str:
    return figure.area if figure.counterpart_area == WORLD else f"{figure.area} with {figure.counterpart_area}"
