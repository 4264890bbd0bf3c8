"""The verdict on a claim, from every vintage of every published metric."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from orchestration.methods import verdicts
from orchestration.methods.claims import ABOVE_OTHERS, AT_LEAST, DIMENSIONS, AuditContext, Bound, Claim, bound_of
from orchestration.methods.codes import WORLD
from orchestration.methods.revision_limits import RevisionLimits

SCENARIOS = "fct_trade_projection"
TABLES = ("fct_published_figure", SCENARIOS)
"""Tables of published figures that a claim may name in place of a metric."""

COARSEST_ELSEWHERE = 0.01
"""Tolerance, as a share of the claim, up to which it may be another figure; a coarser one fits by accident."""

UNRELIABLE = "U"
"""Status of a figure of low reliability, such as a total without all members: it judges no claim."""

QUOTING = "publications"
"""Source of pages that quote others: what they print later does not make another source's figure out of date."""

_TYPES = {
    pa.int32(): ("year", "base_year", "fits_year"),
    pa.float64(): (
        *("claimed_value", "tolerance", "value_when_said", "value_latest", "fits_value"),
        *("deviation_percent", "revision_percent", "revision_limit", "bound_low", "bound_high"),
    ),
    pa.date32(): ("said_on", "vintage_when_said", "vintage_latest"),
}
_KINDS = {name: kind for kind, names in _TYPES.items() for name in names}
AUDIT_SCHEMA = pa.schema(
    (name, _KINDS.get(name, pa.string()))
    for name in (
        *("claim_id", *DIMENSIONS, "year", "base_year", "claimed_value", "unit", "tolerance", "said_on", "verdict"),
        *("vintage_when_said", "value_when_said", "source_when_said"),
        *("vintage_latest", "value_latest", "status_latest", "deviation_percent", "source", "basis"),
        *("revision_percent", "revision_limit"),
        *("fits_metric", "fits_measure", "fits_item", "fits_year", "fits_value"),
        *("bound_low", "bound_high", "bound_figures", "bound_reason"),
        *("explanation", "hint", "missing_input", "source_that_would_bring_it"),
    )
)
"""One row a claim. ``source`` and ``basis`` are those of the official figure compared with it; ``deviation_percent`` is
how far the claim lies from it, in percent of it, and empty without an official figure or where it is zero."""


@dataclass(frozen=True)
class Report:
    """The official figures for a claim on one basis; never without a newest.

    ``newest`` has the newest figure of each source, unless a cycle of its source had passed when another source's newer
    vintage appeared; the newest first. ``then`` has the figures that were current on the day of the claim, the newest
    first. Every figure is a row in the columns of the metric contract.
    """

    basis: str
    figures: Sequence[Any]
    newest: Sequence[Any]
    then: Sequence[Any]


def audit_table(claims: pd.DataFrame, values: pd.DataFrame, context: AuditContext) -> pa.Table:
    """Return a verdict for every claim, with the numbers that it rests on; docs/claims.md describes the verdicts.

    Args:
        claims: columns claim_id, those of ``DIMENSIONS``, year, value, unit, tolerance (absolute, in unit), said_on
            (empty where it is not known), needs; base_year and those of a bound may be missing.
        values: figures of metrics and of ``TABLES`` in every vintage, in the columns of the metric contract. Reconciled
            and balanced estimates are left out. What no claim can touch may be missing: ``int_claim_figures_chosen``.
        context: what else the claims are compared with.

    Returns:
        One row a claim in the columns of ``AUDIT_SCHEMA``, ordered by claim_id.
    """
    official = _official(values)
    of_key = official.groupby(list(DIMENSIONS)).indices
    reliable = official[official["base_year"].isna() & (official["obs_status"] != UNRELIABLE)]
    limits = RevisionLimits(reliable, context.economies)
    by_value = reliable.sort_values("value", kind="stable")
    rows = []
    for claim in _claims(claims, context):
        own = _own(claim, official.iloc[of_key.get(claim.key, [])])
        reports = _reports(claim, own, context)
        bound = bound_of(claim, reliable[reliable["year"] == claim.year], context) if claim.bound_rule else None
        if bound and bound.decides(claim) and (not reports or claim.bound_rule in (ABOVE_OTHERS, AT_LEAST)):
            verdict = _verdict_by_bound(claim, bound)
        elif reports:
            verdict = _verdict_by_figures(claim, reports, by_value, limits)
        else:
            verdict = _verdict_without_figure(claim, own, official[official["year"] == claim.year], bound)
        rows.append(vars(claim) | {"claimed_value": claim.value, "bound_figures": None} | verdict)
    return pa.Table.from_pylist(rows, schema=AUDIT_SCHEMA)


def _claims(frame: pd.DataFrame, context: AuditContext) -> list[Claim]:
    """Return claims in the order of their ids."""
    frame = frame.reindex(columns=[*(field.name for field in fields(Claim)), "needs"]).sort_values("claim_id")
    frame = frame.assign(said_on=_days(frame["said_on"])).astype(object)
    rows: Any = frame.where(frame.notna(), None).to_dict("records")
    for row in rows:
        is_table = row["metric_id"] in TABLES
        unknown = f"a {'publication' if is_table else 'source'} that feeds {row['metric_id']}"
        row["brings"] = row.pop("needs") or context.sources.get(row["metric_id"]) or unknown
        row["unit_name"] = context.units.get(row["unit"], row["unit"])
        row["base_year"] = None if row["base_year"] is None else int(row["base_year"])
    return [Claim(**row) for row in rows]


def _official(values: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that publishers report or that follow from these, by vintage, then by source backwards.

    An estimate from reports, made here or by a publisher that balances them, neither confirms nor contradicts a claim.
    """
    official = values[~values["basis"].isin(("reconciled", "balanced"))]
    official = official.assign(vintage=_days(official["vintage"]), value=official["value"].astype("float64"))
    return official.sort_values(["vintage", "source", "basis"], ascending=[True, False, False])


def _days(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column).dt.date


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame with a field for each column."""
    return [*frame.itertuples()]


def _own(claim: Claim, same: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of the claim's years; growth that no metric has is that of two levels of one vintage."""
    later = same[same["year"] == claim.year]
    if claim.base_year is None:
        return later[later["base_year"].isna()]
    published = later[later["base_year"] == claim.base_year]
    earlier = same[(same["year"] == claim.base_year) & same["base_year"].isna()]
    shared = ["unit", "source", "basis", "vintage"]
    both = later[later["base_year"].isna()].merge(
        earlier[[*shared, "value", "obs_status"]], on=shared, suffixes=("", "_base")
    )
    both = both[both["value_base"] > 0]
    ratio = both["value"] / both["value_base"]
    is_unreliable = (both[["obs_status", "obs_status_base"]] == UNRELIABLE).any(axis=1)
    grown = both.assign(
        value=ratio if claim.unit == "PN" else (ratio - 1) * 100,
        unit=claim.unit,
        obs_status=both["obs_status"].mask(is_unreliable, UNRELIABLE),
        base_year=claim.base_year,
    )
    return published if len(published) or grown.empty else grown[published.columns]


def _reports(claim: Claim, own: pd.DataFrame, context: AuditContext) -> list[Report]:
    """Return the official figures of the claim's key in its unit by basis: reported first, then the newest."""
    of_unit = own[own["value"].notna() & (own["unit"] == claim.unit)]
    reports = []
    for basis, rows in of_unit.groupby("basis"):
        figures = _rows(rows)[::-1]
        dated = [figure for figure in figures if figure.source != QUOTING] or figures
        reliable = [figure for figure in figures if figure.obs_status != UNRELIABLE]
        newest = _current_on(dated[0].vintage, figures, context)
        earlier = [figure for figure in figures if claim.said_on and figure.vintage <= claim.said_on]
        then = _current_on(claim.said_on, earlier, context) if claim.said_on else []
        if newest:
            reports.append(Report(str(basis), reliable, newest, then))
    return sorted(
        reports, key=lambda report: (report.basis != "reported", -report.newest[0].vintage.toordinal(), report.basis)
    )


def _current_on(day: date, figures: Sequence[Any], context: AuditContext) -> list[Any]:
    """Return the newest figure of each source, if it is reliable and the cycle of the source reaches the day."""
    newest = {figure.source: figure for figure in reversed(figures)}
    ends = {
        name: (pd.Timestamp(figure.vintage) + pd.DateOffset(months=context.cycle(name))).date()
        for name, figure in newest.items()
    }
    reliable = [figure for figure in figures if figure.obs_status != UNRELIABLE]
    return [figure for figure in reliable if figure is newest[figure.source] and day <= ends[figure.source]]


def _verdict_by_figures(
    claim: Claim, reports: Sequence[Report], figures: pd.DataFrame, limits: RevisionLimits
) -> dict[str, Any]:
    """Return the verdict by official figures: ``reports`` of the claim's key, and all reliable ``figures`` by value."""
    for report in reports:
        if fitting := next((figure for figure in report.newest if claim.fits(figure.value)), None):
            return _verdict_with_figure(claim, verdicts.CONFIRMED, report, reports, latest=fitting)
    for report in reports:
        if fitting := next((figure for figure in report.then if claim.fits(figure.value)), None):
            return _verdict_with_figure(claim, verdicts.SUPERSEDED, report, reports, then=fitting)
    fits_own = any(claim.fits(figure.value) for report in reports for figure in report.figures)
    elsewhere = None if fits_own or claim.base_year is not None else _fitting_elsewhere(claim, figures)
    if elsewhere is not None:
        return _verdict_with_figure(claim, verdicts.MISATTRIBUTED, reports[0], reports, elsewhere=elsewhere)
    within = [report for report in reports if not report.then and limits.allow(claim, report.newest[0])]
    verdict = verdicts.DIFFERS_NOW if within else verdicts.CONTRADICTED
    nearest = within[0] if within else reports[0]
    hint = None if fits_own else _hint(claim, figures, nearest.newest[0])
    return _verdict_with_figure(claim, verdict, nearest, reports, hint=hint, limits=limits)


def _verdict_by_bound(claim: Claim, bound: Bound) -> dict[str, Any]:
    """Return the verdict on a claim that a bound decides."""
    is_within = bound.allows(claim)
    where = "consistent with" if is_within else "outside"
    columns = {
        "verdict": verdicts.WITHIN_BOUND if is_within else verdicts.OUTSIDE_BOUND,
        "bound_low": bound.low,
        "bound_high": bound.high,
        "bound_figures": claim.bound_figures,
        "bound_reason": bound.reason,
        "explanation": f"{_claimed(claim)}; {bound.reason}; the claim is {where} that bound.",
    }
    return columns if claim.bound_rule == ABOVE_OTHERS else columns | _missing(claim, claim.unit)


def _missing(claim: Claim, what: str) -> dict[str, Any]:
    return {"missing_input": f"{_name(claim)} of {_years(claim)} in {what}", "source_that_would_bring_it": claim.brings}


def _elsewhere(claim: Claim, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the newest of ``figures``, by value, that fit a claim; none if it is coarser than a percent."""
    if claim.tolerance > COARSEST_ELSEWHERE * abs(claim.value):
        return figures.iloc[:0]
    slack = claim.tolerance + 1e-12 * abs(claim.value)
    first = figures["value"].searchsorted(claim.value - slack, side="left")
    last = figures["value"].searchsorted(claim.value + slack, side="right")
    fitting = figures.iloc[first:last]
    is_table = fitting["metric_id"].isin(TABLES) & (fitting["metric_id"] != claim.metric_id)
    return fitting[(fitting["unit"] == claim.unit) & fitting["is_latest"].astype(bool) & ~is_table]


def _fitting_elsewhere(claim: Claim, figures: pd.DataFrame) -> Any:
    """Return the likeliest figure of the same year that the claim may have been mistaken for, or None.

    It is another measure, item or direction of the claim's own economies, or the same measure with another counterpart.
    """
    fitting = _elsewhere(claim, figures)
    fitting = fitting[fitting["year"] == claim.year]
    ends, claimed = fitting[["area", "counterpart_area"]], {claim.area, claim.counterpart_area}
    is_own = ends.isin(claimed | {WORLD}).all(axis=1)
    if claimed != {WORLD}:
        is_own &= ends.isin(claimed - {WORLD}).any(axis=1)
    is_own |= claim.alike(fitting, "counterpart_area")
    return min(_rows(fitting[is_own]), key=lambda figure: _likelihood(claim, figure), default=None)


def _likelihood(claim: Claim, figure: Any) -> tuple[Any, ...]:
    """Return a sort key: same metric, then same pair, measure and item, then nearest figure, then newest vintage."""
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


def _hint(claim: Claim, figures: pd.DataFrame, latest: Any) -> str | None:
    """Return where else the number fits: on another scale, in another year, or of another economy; or None."""
    for power, words in ((1e3, "a thousand"), (1e6, "a million")):
        for scaled in (claim.value * power, claim.value / power):
            if claim.value and abs(scaled - latest.value) <= claim.tolerance * scaled / claim.value:
                return f"The number fits on another scale, {words} times {'less' if scaled > claim.value else 'more'}."
    fitting = _elsewhere(claim, figures)
    same = _rows(fitting[claim.alike(fitting, "area")])
    nearest = min(
        (figure for figure in same if (figure.area == claim.area) != (figure.year == claim.year)),
        key=lambda figure: (abs(figure.year - claim.year), abs(figure.value - claim.value), *map(str, figure[1:])),
        default=None,
    )
    if nearest is None:
        return None
    whose = f"of {nearest.year}" if nearest.area == claim.area else f"of another economy, {nearest.area}"
    return f"The number is that {whose}: {claim.text(nearest.value)} ({nearest.source}, vintage {nearest.vintage})."


def _verdict_without_figure(
    claim: Claim, own: pd.DataFrame, figures: pd.DataFrame, bound: Bound | None
) -> dict[str, Any]:
    """Return the verdict without a figure: there is none, only a mark, or only one of another unit or clock."""
    same = figures[claim.alike(figures, "clock", "authority") & figures["value"].notna()]
    of_unit = own[own["value"].notna() & (own["unit"] == claim.unit)]
    if len(of_unit):
        newest = of_unit.iloc[-1]
        why = (
            f"{newest['source']} gives {claim.text(newest['value'])} in the vintage of {newest['vintage']} with status "
            "U (low reliability, such as a total that is not complete), which judges no claim"
        )
    elif units := sorted(set(own["unit"][own["value"].notna()])):
        why = f"this release has the figure in {', '.join(units)} only"
    elif len(own):
        newest = own.iloc[-1]
        mark = f"marks it {newest['obs_status']} in the vintage of {newest['vintage']}"
        why = f"{newest['source']} {mark} and gives no figure"
    elif clocks := sorted({_clock(figure) for figure in _rows(same)} - {_clock(claim)}):
        why = f"this release has the figure by {' and by '.join(clocks)} only"
    elif bases := sorted({int(year) for year in same["base_year"].dropna()}):
        why = f"this release has it as growth since {', '.join(map(str, bases))} only"
    else:
        why = "no official figure is in this release"
    unproven = "" if bound is None else f"; {bound.reason}, which decides nothing"
    explanation = f"{_claimed(claim)}; {why}{unproven}; {claim.brings} would bring it."
    return {"verdict": verdicts.NOT_VERIFIABLE, "explanation": explanation} | _missing(claim, claim.unit)


def _verdict_with_figure(
    claim: Claim,
    verdict: str,
    report: Report,
    reports: Sequence[Report],
    *,
    latest: Any = None,
    then: Any = None,
    elsewhere: Any = None,
    hint: str | None = None,
    limits: RevisionLimits | None = None,
) -> dict[str, Any]:
    """Return the verdict where there is a figure, with the numbers of one report and the explanation."""
    latest = latest or report.newest[0]
    of_source = [figure for figure in report.then if figure.source == latest.source]
    then = then or next(iter([*of_source, *report.then]), None)
    value = float(latest.value)
    origin = f"{latest.source} ({latest.basis}, status {latest.obs_status})"
    gives = f"{origin} gives {claim.text(value)} in the vintage of {latest.vintage}"
    clauses = [_claimed(claim), gives, _when_said(claim, report, latest, then)]
    row = {
        "verdict": verdict,
        "vintage_when_said": then and then.vintage,
        "value_when_said": then and then.value,
        "source_when_said": then and then.source,
        "vintage_latest": latest.vintage,
        "value_latest": value,
        "status_latest": latest.obs_status,
        "deviation_percent": (claim.value - value) / abs(value) * 100 if value else None,
        "source": latest.source,
        "basis": latest.basis,
        "hint": hint,
    }
    if elsewhere is not None:
        row |= {f"fits_{name}": getattr(elsewhere, name) for name in ("measure", "item", "year", "value")}
        row["fits_metric"] = elsewhere.metric_id
        clauses.append(_where_it_fits(claim, elsewhere))
    if limits:  # neither the newest figure nor that of the day fits
        clauses += _older_fit(claim, reports)
        if then is None:
            limit = limits.of(claim, latest)
            row |= {"revision_percent": limit.percent, "revision_limit": limit.absolute}
            row |= _missing(claim, _deciding(claim))
            clauses.append(_against_revisions(claim, value, limit.reason, is_open=verdict == verdicts.DIFFERS_NOW))
    if others := [figure for item in reports for figure in item.newest if figure is not latest]:
        named = ", ".join(f"{figure.source} ({figure.basis}) {claim.text(figure.value)}" for figure in others[:3])
        clauses.append(f"also published: {named}" + (f" and {len(others) - 3} more" if others[3:] else ""))
    return row | {"explanation": "; ".join(clauses) + "."}


def _claimed(claim: Claim) -> str:
    return f"Claimed {claim.text(claim.value)} for {_name(claim)} in {_years(claim)}"


def _years(claim: Claim) -> str:
    return f"{claim.year}" if claim.base_year is None else f"{claim.year} since {claim.base_year}"


def _older_fit(claim: Claim, reports: Sequence[Report]) -> Iterator[str]:
    """Yield a clause on the newest vintage that the claim fits, although it was never current at the time."""
    fitting = [figure for report in reports for figure in report.figures if claim.fits(figure.value)]
    if fitting:
        figure = max(fitting, key=lambda figure: (figure.vintage, figure.source))
        then = "" if claim.said_on is None else ", which was not current then"
        yield f"it fits the vintage of {figure.vintage} of {figure.source}, {claim.text(figure.value)}{then}"


def _against_revisions(claim: Claim, latest: float, reason: str, *, is_open: bool) -> str:
    """Return a clause on whether a vintage that the release lacks may have agreed, and which would decide."""
    gap = f"the gap is {abs(claim.value - latest) / abs(latest) * 100:,.1f} percent" if latest else "the figure is zero"
    if not is_open:
        return f"{gap}, more than revisions explain: {reason}"
    return f"{gap}, and {reason}; whether it was right when said is not known: {_deciding(claim)} would decide"


def _deciding(claim: Claim) -> str:
    if claim.said_on is None:
        return "the vintage current when it was said (the day is not given)"
    return f"a vintage current on {claim.said_on}"


def _when_said(claim: Claim, report: Report, latest: Any, then: Any) -> str:
    if claim.said_on is None:
        return "the day on which it was said is not given"
    if then is None:
        past = [figure.vintage for figure in report.figures if figure.vintage <= claim.said_on]
        out_of_date = f"the newest vintage before that day, {past[0]}, was out of date by then" if past else ""
        why = out_of_date or "every vintage is later"
        return f"what was current on {claim.said_on} is not in this release: {why}"
    if (then.vintage, then.source) == (latest.vintage, latest.source):
        return f"that vintage was current when the claim was made on {claim.said_on}"
    by = "" if then.source == latest.source else f" by {then.source}"
    same = ", the same" if then.value == latest.value else ""
    vintage = f"the vintage current when the claim was made on {claim.said_on}, {then.vintage}{by}"
    return f"{vintage}, gave {claim.text(then.value)}{same}"


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
