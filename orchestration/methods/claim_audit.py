"""The verdict on a claim, from every vintage of every published metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa

from orchestration.methods.claim_bounds import ABOVE_OTHERS, Bound, Quoted, bound_of
from orchestration.methods.claims import DIMENSIONS, WORLD, BoundRule, Claim, Figure, figure_text
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
    largest_revision: LargestRevision | None = None

    @property
    def latest(self) -> tuple[date, float]:
        return self.figures[-1]

    def current_on(self, day: date | None) -> tuple[date, float] | None:
        """The newest vintage of that day or before it; None where the earliest is younger or the day is not known."""
        known = [figure for figure in self.figures if day and figure[0] <= day]
        return known[-1] if known else None

    def leaves_open(self, claim: Claim) -> bool:
        """Whether the claim may have been right by this series when it was made, although it differs from the latest.

        It may where no vintage of that time is stored and the gap, less the tolerance, is no larger than the largest
        revision of the series, or than twice that of comparable series where it has one vintage.
        """
        if self.current_on(claim.said_on):
            return False
        latest, known = self.latest[1], self.largest_revision
        gap = abs(claim.value - latest) - claim.tolerance
        return known is None or gap <= known.limit * abs(latest) * (1 + 1e-12)


def audit_table(
    claims: pd.DataFrame,
    values: pd.DataFrame,
    sources: Mapping[str, str],
    units: Mapping[str, str],
    quoted: Iterable[Quoted] = (),
) -> pa.Table:
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
        sources: for each metric its sources, in words.
        units: for each code of a unit its name in a sentence.
        quoted: figures read in publications, which the bounds of claims name.

    Returns:
        One row a claim in the columns of ``AUDIT_SCHEMA``, ordered by claim_id.
    """
    official = _official(values)
    figures = _figures_by_year(official, years={int(year) for year in claims["year"]})
    sizes = RevisionSizes(official)
    by_id = {row.figure_id: replace(row, unit_name=units.get(row.unit, row.unit)) for row in quoted}
    rows = [
        _bounded(claim, bound, sources)
        if (bound := _deciding_bound(claim, figures.get(claim.year, []), by_id))
        else _audited(claim, figures.get(claim.year, []), sizes, sources)
        for claim in _claims(claims, units)
    ]
    return pa.Table.from_pylist(rows, schema=AUDIT_SCHEMA)


def audit_batches(
    claims: pa.RecordBatchReader,
    values: pa.RecordBatchReader,
    sources: Mapping[str, str],
    units: Mapping[str, str],
    quoted: Iterable[Quoted] = (),
) -> list[pa.RecordBatch]:
    """``audit_table`` for claims and figures in batches."""
    claim_rows, figures = (
        batches.read_all().to_pandas(types_mapper=_nullable_integers) for batches in (claims, values)
    )
    audited: list[pa.RecordBatch] = audit_table(claim_rows, figures, sources, units, quoted).to_batches()
    return audited


def _nullable_integers(kind: pa.DataType) -> Any:
    return pd.Int32Dtype() if kind == pa.int32() else None


def _subject(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(row[name]) for name in (*DIMENSIONS, "unit")}


def _claims(frame: pd.DataFrame, units: Mapping[str, str]) -> list[Claim]:
    """Return claims in the order of their ids."""
    return [
        Claim(
            **_subject(row),
            claim_id=str(row["claim_id"]),
            year=int(row["year"]),
            value=float(row["value"]),
            unit_name=units.get(str(row["unit"]), str(row["unit"])),
            tolerance=float(row["tolerance"]),
            said_on=None if pd.isna(row["said_on"]) else _day(row["said_on"]),
            needs=None if pd.isna(row["needs"]) else str(row["needs"]),
            bound=_bound_rule(row),
        )
        for row in sorted(_records(frame), key=lambda row: str(row["claim_id"]))
    ]


def _bound_rule(row: Mapping[str, Any]) -> BoundRule | None:
    if pd.isna(row.get("bound_rule")):
        return None
    figures, times = row["bound_figures"], row["bound_times"]
    return BoundRule(
        rule=str(row["bound_rule"]),
        figures=() if pd.isna(figures) else tuple(str(figures).split()),
        times=None if pd.isna(times) else float(times),
        because=str(row["bound_because"]),
    )


def _official(values: pd.DataFrame) -> pd.DataFrame:
    """Figures of one year that publishers report or that follow from these.

    What is estimated from reports, here or by a publisher that balances them, is no report, and confirms or contradicts nobody.
    """
    return values[~values["basis"].isin(("reconciled", "balanced")) & values["base_year"].isna()]


def _figures_by_year(official: pd.DataFrame, years: set[int]) -> dict[int, list[Figure]]:
    """The figures of the years asked for, in an order that does not depend on that of the rows."""
    by_year: dict[int, list[Figure]] = {}
    for row in _records(official[official["year"].isin(years)]):
        figure = Figure(
            **_subject(row),
            value=None if pd.isna(row["value"]) else float(row["value"]),
            obs_status=str(row["obs_status"]),
            basis=str(row["basis"]),
            source=str(row["source"]),
            vintage=_day(row["vintage"]),
        )
        by_year.setdefault(int(row["year"]), []).append(figure)
    for figures in by_year.values():
        figures.sort(key=lambda figure: (figure.key, figure.source, figure.basis, figure.vintage))
    return by_year


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _audited(
    claim: Claim, figures: Sequence[Figure], sizes: RevisionSizes, sources: Mapping[str, str]
) -> dict[str, Any]:
    """The audit's row of one claim; ``figures`` are all those of its year."""
    own = [figure for figure in figures if figure.key == claim.key]
    series = _series(claim, own, sizes)
    if not series:
        return _base(claim) | _not_verifiable(claim, own, _other_clocks(claim, figures), sources)
    now = [item for item in series if claim.fits(item.latest[1])]
    then = [item for item in series if (current := item.current_on(claim.said_on)) and claim.fits(current[1])]
    if now:
        return _judged(claim, CONFIRMED, now[0], series, sources)
    if then:
        return _judged(claim, SUPERSEDED, then[0], series, sources)
    fitting = [] if _fits_any_vintage(claim, series) else _fitting_elsewhere(claim, figures)
    if fitting:
        return _judged(claim, MISATTRIBUTED, series[0], series, sources, fitting[0])
    if undecided := [item for item in series if item.leaves_open(claim)]:
        return _judged(claim, DIFFERS_NOW, undecided[0], series, sources)
    return _judged(claim, CONTRADICTED, series[0], series, sources)


def _deciding_bound(claim: Claim, figures: Sequence[Figure], quoted: Mapping[str, Quoted]) -> Bound | None:
    """Return the bound that decides a claim: one above all others, or where the release has no figure of the claim."""
    if claim.bound is None:
        return None
    has_figure = any(
        figure.key == claim.key and figure.unit == claim.unit and figure.value is not None for figure in figures
    )
    is_comparison = claim.bound.rule == ABOVE_OTHERS
    return bound_of(claim, quoted, figures) if is_comparison or not has_figure else None


def _bounded(claim: Claim, bound: Bound, sources: Mapping[str, str]) -> dict[str, Any]:
    """Return the row of a claim that a bound decides."""
    is_within = bound.allows(claim)
    is_comparison = bound.figures is None
    return _base(claim) | {
        "verdict": WITHIN_BOUND if is_within else OUTSIDE_BOUND,
        "bound_low": bound.low,
        "bound_high": bound.high,
        "bound_figures": bound.figures,
        "bound_reason": bound.reason,
        "explanation": f"Claimed {figure_text(claim.value, claim.unit_name)} for {_name(claim)} in {claim.year}; {bound.reason}; "
        f"the claim is {'consistent with' if is_within else 'outside'} that bound.",
        "missing_input": None if is_comparison else _missing(claim),
        "source_that_would_bring_it": None if is_comparison else _brings(claim, sources),
    }


def _missing(claim: Claim) -> str:
    return f"{_name(claim)} of {claim.year} in {claim.unit}"


def _series(claim: Claim, own: Iterable[Figure], sizes: RevisionSizes) -> list[Series]:
    """The series of the claim's key in its unit; the newest first, and of equally new ones the reported first."""
    grouped: dict[tuple[str, str], dict[date, float]] = {}
    for figure in own:
        if figure.value is not None and figure.unit == claim.unit:
            grouped.setdefault((figure.source, figure.basis), {})[figure.vintage] = figure.value
    series = [
        Series(
            tuple(sorted(vintages.items())),
            source,
            basis,
            sizes.of((*claim.key, claim.unit, source, basis), vintages[max(vintages)]),
        )
        for (source, basis), vintages in grouped.items()
    ]
    return sorted(
        series, key=lambda item: (-item.latest[0].toordinal(), item.basis != "reported", item.source, item.basis)
    )


def _fits_any_vintage(claim: Claim, series: Iterable[Series]) -> bool:
    return any(claim.fits(value) for item in series for _, value in item.figures)


def _fitting_elsewhere(claim: Claim, figures: Iterable[Figure]) -> list[Figure]:
    """Other figures of the same year, unit and area or pair that fit the claim, the likeliest first; none of the claim's key fits.

    A figure of a third economy is never taken, however close. Outside its own metric a claim is recognised only where it was
    printed finely enough (``COARSEST_ELSEWHERE``).
    """
    fine = claim.value != 0 and claim.tolerance <= COARSEST_ELSEWHERE * abs(claim.value)
    fitting = [
        figure
        for figure in figures
        if figure.value is not None
        and figure.unit == claim.unit
        and (fine or figure.metric_id == claim.metric_id)
        and _same_economies(claim, figure)
        and claim.fits(figure.value)
    ]
    return sorted(fitting, key=lambda figure: _likelihood(claim, figure))


def _same_economies(claim: Claim, figure: Figure) -> bool:
    """True where the figure is about the claim's economies and nobody else's, whichever way round."""
    claimed, stated = {claim.area, claim.counterpart_area}, {figure.area, figure.counterpart_area}
    if claimed == {WORLD}:
        return stated == {WORLD}
    return stated <= claimed | {WORLD} and bool(stated & claimed - {WORLD})


def _likelihood(claim: Claim, figure: Figure) -> tuple[Any, ...]:
    """A sort key: the same metric, then the same pair, measure and item, then the nearest figure, then the newest vintage."""
    return (
        figure.metric_id != claim.metric_id,
        (figure.area, figure.counterpart_area) != (claim.area, claim.counterpart_area),
        figure.measure != claim.measure,
        figure.item != claim.item,
        (figure.clock, figure.authority) != (claim.clock, claim.authority),
        abs((figure.value or 0.0) - claim.value),
        -figure.vintage.toordinal(),
        figure.key,
        figure.source,
        figure.basis,
    )


def _base(claim: Claim) -> dict[str, Any]:
    return {
        "claim_id": claim.claim_id,
        **dict(zip(DIMENSIONS, claim.key, strict=True)),
        "year": claim.year,
        "claimed_value": claim.value,
        "unit": claim.unit,
        "tolerance": claim.tolerance,
        "said_on": claim.said_on,
    }


def _other_clocks(claim: Claim, figures: Iterable[Figure]) -> list[str]:
    """The clocks, with their authorities, of figures that differ from the claim's key in these alone."""
    same = [
        figure for figure in figures if replace(claim, clock=figure.clock, authority=figure.authority).key == figure.key
    ]
    return sorted({_clock(figure) for figure in same if figure.value is not None})


def _not_verifiable(
    claim: Claim, own: Sequence[Figure], other_clocks: Sequence[str], sources: Mapping[str, str]
) -> dict[str, Any]:
    """The rest of the row where the release lacks the figure: there is none, only a mark, or only one of another unit or clock."""
    if units := sorted({figure.unit for figure in own if figure.value is not None}):
        why = f"this release has the figure in {', '.join(units)} only"
    elif own:
        newest = max(own, key=lambda figure: figure.vintage)
        why = f"{newest.source} marks it {newest.obs_status} in the vintage of {newest.vintage} and gives no figure"
    elif other_clocks:
        why = f"this release has the figure by {' and by '.join(other_clocks)} only"
    else:
        why = "this release has no such figure"
    brings = _brings(claim, sources)
    return {
        "verdict": NOT_VERIFIABLE,
        "explanation": f"Claimed {figure_text(claim.value, claim.unit_name)} for {_name(claim)} in {claim.year}; {why}; {brings} would bring it.",
        "missing_input": _missing(claim),
        "source_that_would_bring_it": brings,
    }


def _judged(
    claim: Claim,
    verdict: str,
    shown: Series,
    series: Sequence[Series],
    sources: Mapping[str, str],
    elsewhere: Figure | None = None,
) -> dict[str, Any]:
    """The row where there is at least one figure: verdict, the shown series' numbers, and the sentence."""
    vintage, latest = shown.latest
    current, revision = shown.current_on(claim.said_on), shown.largest_revision
    row = _base(claim) | {
        "verdict": verdict,
        "vintage_when_said": current[0] if current else None,
        "value_when_said": current[1] if current else None,
        "vintage_latest": vintage,
        "value_latest": latest,
        "deviation_percent": (claim.value - latest) / abs(latest) * 100 if latest else None,
        "largest_revision_percent": revision.share * 100 if revision else None,
        "largest_revision_of": revision.scope if revision else None,
        "source": shown.source,
        "basis": shown.basis,
        "explanation": _sentence(claim, verdict, shown, series, elsewhere),
    }
    if elsewhere:
        row |= {
            "fits_metric": elsewhere.metric_id,
            "fits_measure": elsewhere.measure,
            "fits_item": elsewhere.item,
            "fits_year": claim.year,
            "fits_value": elsewhere.value,
        }
    if verdict in (DIFFERS_NOW, CONTRADICTED) and current is None:
        row["missing_input"] = f"{_name(claim)} of {claim.year} in {_deciding(claim)}"
        row["source_that_would_bring_it"] = _brings(claim, sources)
    return row


def _sentence(claim: Claim, verdict: str, shown: Series, series: Sequence[Series], elsewhere: Figure | None) -> str:
    """One sentence: what was claimed, what is official now and was then, and whatever else the figure turned out to be."""
    vintage, latest = shown.latest
    clauses = [
        f"Claimed {figure_text(claim.value, claim.unit_name)} for {_name(claim)} in {claim.year}",
        f"{shown.source} ({shown.basis}) gives {figure_text(latest, claim.unit_name)} in the vintage of {vintage}",
    ]
    clauses.append(_when_said(claim, shown))
    if elsewhere:
        clauses.append(_where_it_fits(claim, elsewhere))
    if verdict in (DIFFERS_NOW, CONTRADICTED):
        clauses.extend(_fitting_vintage(claim, series))
        clauses.extend(_against_revisions(claim, verdict, shown))
    if beside := [item for item in series if item is not shown]:
        named = [f"{item.source} ({item.basis}) {figure_text(item.latest[1], claim.unit_name)}" for item in beside[:3]]
        clauses.append(
            f"also published: {', '.join(named)}" + (f" and {len(beside) - 3} more" if len(beside) > 3 else "")
        )
    return "; ".join(clauses) + "."


def _against_revisions(claim: Claim, verdict: str, shown: Series) -> list[str]:
    """A clause on whether a vintage that the release lacks may have agreed, and which would decide."""
    if shown.current_on(claim.said_on):
        return []
    moved, gap = _moved(claim, shown), f"the gap of {_percent(_gap(claim, shown))}"
    if verdict == CONTRADICTED:
        return [f"{moved}, less than {gap}"]
    return [f"{moved}; beside {gap}, whether it was right when said is not known: {_deciding(claim)} would decide"]


def _moved(claim: Claim, shown: Series) -> str:
    revision = shown.largest_revision
    if revision is None:
        return f"how far the figure moves is not known, because {claim.metric_id} from {shown.source} has one vintage"
    if revision.scope == OWN:
        return f"between its vintages the series has moved by up to {_percent(revision.share)}"
    return (
        f"the series has one vintage, and comparable series have moved by up to {_percent(revision.share)} between theirs, "
        f"twice which is {_percent(revision.limit)}"
    )


def _gap(claim: Claim, shown: Series) -> float:
    latest = shown.latest[1]
    return abs(claim.value - latest) / abs(latest) if latest else float("inf")


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
    if current[1] == shown.latest[1]:
        return f"it was the same when the claim was made on {claim.said_on}"
    return f"the vintage current when the claim was made on {claim.said_on}, {current[0]}, gave {figure_text(current[1], claim.unit_name)}"


def _fitting_vintage(claim: Claim, series: Iterable[Series]) -> list[str]:
    """A clause where the claim is the figure of a vintage that was current neither when it was said nor now."""
    for item in series:
        for vintage, value in reversed(item.figures):
            if claim.fits(value):
                then = "" if claim.said_on is None else ", which was not current then"
                return [
                    f"it fits the vintage of {vintage} of {item.source}, {figure_text(value, claim.unit_name)}{then}"
                ]
    return []


def _where_it_fits(claim: Claim, figure: Figure) -> str:
    metric = "" if figure.metric_id == claim.metric_id else f"{figure.metric_id}: "
    item = "" if figure.item == claim.item else f", item {figure.item}"
    pair = ""
    if (figure.area, figure.counterpart_area) != (claim.area, claim.counterpart_area):
        pair = f", {_economies(figure.area, figure.counterpart_area)}"
    clock = "" if (figure.clock, figure.authority) == (claim.clock, claim.authority) else f", by {_clock(figure)}"
    value = figure_text(figure.value or 0.0, claim.unit_name)
    return f"the figure is that of {metric}{figure.measure}{item}{pair}{clock}, {value} by {figure.source} in the vintage of {figure.vintage}"


def _brings(claim: Claim, sources: Mapping[str, str]) -> str:
    return (
        claim.needs
        or sources.get(claim.metric_id)
        or f"a source that feeds {claim.metric_id} (its description names none)"
    )


def _name(claim: Claim) -> str:
    item = "" if claim.item == "_T" else f", item {claim.item}"
    measure = claim.measure if claim.measure == claim.metric_id else f"{claim.metric_id}: {claim.measure}"
    return f"{measure}, {_economies(claim.area, claim.counterpart_area)}{item}"


def _clock(figure: Figure) -> str:
    """Such as ``filing year``, or ``grant year at US50`` where an authority counts."""
    clock = figure.clock.replace("_", " ")
    return clock if figure.authority == NO_AUTHORITY else f"{clock} at {figure.authority}"


def _economies(area: str, counterpart_area: str) -> str:
    return area if counterpart_area == WORLD else f"{area} with {counterpart_area}"
