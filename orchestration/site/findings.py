"""Titles of charts that state what the chart shows, from its figures."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from orchestration.site.answers import ChartFigures, Row
from orchestration.site.chapter import Part
from orchestration.site.formatting import BREAK, LEAST_BASE, PROVISIONAL, UNRELIABLE, brief, readable
from orchestration.site.pairs import Economy

WHOSE = {"reported": "by the recipient's report", "mirrored": "by the payer's report", "balanced": "by estimates"}
"""Words for the basis of a flow in the title of a chart, which may draw other reports beside it."""

NEAR = 0.02
"""Reports that differ by less than this part of the larger nearly agree."""


def finding(
    part: Part, answer: ChartFigures, economies: Sequence[Economy], publisher: Callable[[str], str] = str
) -> str:
    """Return the title that a part declares the subject of; empty without one, or where figures are too few or small.

    Args:
        publisher: returns the publisher of a source; a lone series of this name is not named.
    """
    series = [
        [row for row in answer.rows if row.series == name and row.value is not None and _is_whole(row)]
        for name in answer.series
    ]
    series = [rows for rows in series if rows]
    if not series:
        return ""
    words = ""
    if part.trend:
        is_of_one = len(economies) == 1
        rows = max(series, key=lambda rows: (rows[-1].year, len(rows))) if is_of_one else series[0]
        subject = _fill_names(part.trend, rows[0], economies)
        if is_of_one and (len(series) > 1 or rows[0].series != publisher(rows[0].source)):
            subject = f"{subject} ({rows[0].series})"
        words = _trend(subject, answer, rows, "" if is_of_one else WHOSE.get(rows[0].basis, ""))
    elif part.race:
        words = _race(part.race, answer, series)
    elif part.apart:
        words = _apart(_fill_names(part.apart, series[0][0], economies), answer, series)
    elif part.largest:
        year = max(rows[-1].year for rows in series)
        newest = [rows[-1] for rows in series if rows[-1].year == year]
        top = max(newest, key=_value)
        name = f"{top.series[:1].lower()}{top.series[1:]}"
        words = f"of {len(newest)} {part.largest}, {name} is the largest: {_short(answer, top)} in {top.year}"
    return words[:1].upper() + words[1:]


def _is_whole(row: Row) -> bool:
    """Return whether a figure is reliable and of a whole year."""
    return row.obs_status != UNRELIABLE and not (row.obs_status == PROVISIONAL and row.vintage.year <= row.year)


def _fill_names(words: str, row: Row, economies: Sequence[Economy]) -> str:
    """Words with the names of the two economies; the payer of a flow is the economy whose code the flow is."""
    payer, recipient = (economies[0], economies[-1]) if row.flow == economies[0].area else (economies[-1], economies[0])
    names = {"{payer}": payer, "{recipient}": recipient, "{area}": economies[0], "{counterpart}": economies[-1]}
    for place, economy in names.items():
        words = words.replace(place, economy.in_text)
    return words


def _trend(subject: str, answer: ChartFigures, rows: Sequence[Row], whose: str) -> str:
    """State how a series changed in its newest source since its last break or large step, and ``whose`` figures it
    has."""
    since = max(_years_of_breaks(answer, rows), default=0)
    rows = [row for row in rows if row.year >= since and row.source == rows[-1].source]
    first, newest, peak = rows[0], rows[-1], max(rows, key=lambda row: (_value(row), row.year))
    subject = f"{subject}, {whose}," if whose else subject
    now, then = f"{_full(answer, newest)} in {newest.year}", f"{_short(answer, first)} in {first.year}"
    if _value(newest) < 0 or _is_on_small_base(newest):
        return ""
    if len(rows) == 1 or _is_on_small_base(first) or _is_on_small_base(peak):
        return f"{subject} came to {now}"
    if len({_short(answer, row) for row in (first, newest, peak)}) == 1:
        return f"{subject} came to {now}, as in {first.year}"
    if len(rows) == 2:
        return f"{subject} came to {now} and {then}"
    if peak is newest:
        return f"{subject} rose to {now}, from {then}"
    if peak is first and min(map(_value, rows)) == _value(newest):
        return f"{subject} fell to {now}, from {then}"
    years = "years" if len(rows) > newest.year - first.year else f"{len(rows)} years"
    others = f"came to {_short(answer, newest)} in {newest.year} ({years} from {first.year})"
    return f"{subject} peaked at {_full(answer, peak)} in {peak.year} and {others}"


def _is_on_small_base(row: Row) -> bool:
    """Return whether a ratio divides by, or divides, too few US dollars for a title."""
    return row.base is not None and row.base < LEAST_BASE


def _years_of_breaks(answer: ChartFigures, rows: Sequence[Row]) -> set[int]:
    """Return the years whose figures do not compare with earlier ones: breaks and large steps."""
    return {row.year for row in rows if row.obs_status == BREAK or (row.year, row.series) in answer.steps}


def _race(subject: str, answer: ChartFigures, series: Sequence[Sequence[Row]]) -> str:
    """State which series passed the other, unless a break or a large step lies between the two years."""
    if len(series) != 2:
        row = series[0][-1]
        return f"{Economy('', row.series).in_text} had {_short(answer, row)} {subject} in {row.year}"
    first, second = ({row.year: row for row in rows} for rows in series)
    years = sorted(first.keys() & second.keys())
    if not years:
        return ""
    newest = years[-1]
    gaps = {year: _value(first[year]) - _value(second[year]) for year in years}
    ahead, behind = sorted((first, second), key=lambda rows: _value(rows[newest]), reverse=True)
    ahead_name, behind_name = (Economy("", rows[newest].series).in_text for rows in (ahead, behind))
    apart = [year for year in years if gaps[year]]
    passed = [(before, year) for before, year in pairwise(apart) if (gaps[before] > 0) != (gaps[year] > 0)]
    if passed and gaps[newest] and passed[-1][1] - 1 in gaps:
        before, year = passed[-1]
        if not any(before < broken <= year for rows in series for broken in _years_of_breaks(answer, rows)):
            return f"{ahead_name} passed {behind_name} in {subject} in {year}"
    more, fewer = _short(answer, ahead[newest]), _short(answer, behind[newest])
    return f"{ahead_name} had {more} {subject} in {newest}, {behind_name} {fewer}"


def _apart(subject: str, answer: ChartFigures, series: Sequence[Sequence[Row]]) -> str:
    """State the difference of two reports in the newest year and in the year with the largest."""
    reports = [{row.year: row for row in rows} for rows in series if rows[0].basis != "balanced"]
    if len(reports) != 2:
        return ""
    gaps = {
        year: abs(_value(reports[0][year]) - _value(reports[1][year])) for year in reports[0].keys() & reports[1].keys()
    }
    if not gaps:
        return ""
    newest, widest = max(gaps), max(gaps, key=lambda year: (gaps[year], year))
    larger = max(_value(rows[newest]) for rows in reports)
    apart = f"{readable(gaps[widest], answer.unit)} apart for {widest}"
    if gaps[newest] < NEAR * larger and newest != widest:
        return f"the reports of {subject} nearly agreed for {newest} and were {apart}"
    return f"the reports of {subject} were {apart}" + (
        "" if newest == widest else f" and {brief(gaps[newest], answer.unit)} for {newest}"
    )


def _value(row: Row) -> float:
    return row.value or 0.0


def _full(answer: ChartFigures, row: Row) -> str:
    return (readable if answer.unit.dimension in ("money", "share") else brief)(
        _value(row), answer.unit, row.obs_status, row.source
    )


def _short(answer: ChartFigures, row: Row) -> str:
    return brief(_value(row), answer.unit, row.obs_status, row.source)
