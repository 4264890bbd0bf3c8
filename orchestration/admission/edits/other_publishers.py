"""Consistency between publishers: figures of one concept at another publisher, with the lag between the two allowed for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from orchestration.admission.areas import areas_of
from orchestration.admission.case import Case, Floats
from orchestration.admission.figures import long_form
from orchestration.admission.finding import Finding, amount, on_figure, percent
from orchestration.contracts.observation import TOTAL, WORLD
from orchestration.core.bounded_database import bounded_database
from orchestration.core.files import read_json
from orchestration.sources import load_sources

EDIT = "other publishers"
COMPARISONS = Path(__file__).parents[1] / "comparisons"
"""One file for each concept that two publishers measure: its name, and a series of each in the terms of its OBSERVATIONS."""

Side = Mapping[str, str]
_SERIES = ("table", "measure", "area", "counterpart", "item")


@cache
def comparisons() -> tuple[tuple[str, Side, Side], ...]:
    """Return every declared comparison: the concept and two series of it."""
    contents: list[Any] = [read_json(path) for path in sorted(COMPARISONS.glob("*.json"))]
    return tuple((content["words"], *(_side(side) for side in content["sides"])) for content in contents)


def _side(declared: Side) -> Side:
    return {"counterpart": WORLD, "item": TOTAL, **declared}


def findings(case: Case) -> Iterator[Finding]:
    """Yield figures that left the usual ratio to another publisher's."""
    for words, first, second in comparisons():
        for own, other in ((first, second), (second, first)):
            if own["source"] == case.source.CARD.id and case.context.others.get(other["source"]):
                rows = np.flatnonzero((case.series[list(_SERIES)] == [own[name] for name in _SERIES]).all(axis=1))
                for row in rows:
                    yield from _compared(case, words, int(row), other)


def _compared(case: Case, words: str, row: int, other: Side) -> Iterator[Finding]:
    theirs = _figures(case, other)
    now, before = _apart(case.now[row], theirs), _apart(case.before[row], theirs)
    usual = before if np.isfinite(before).sum() >= 3 else np.where(case.age[row] == 0, np.nan, now)
    if np.isfinite(usual).sum() < 3:
        return
    middle = float(np.nanmedian(usual))
    spread = float(np.nanquantile(np.abs(usual - middle), 0.9))
    limit = max(case.parameters.publisher_least, case.parameters.publisher_own * spread)
    changed = np.isfinite(now) & ~(now == before)
    publisher = load_sources()[other["source"]].CARD.publisher
    for column in np.flatnonzero(changed & (np.abs(now - middle) > limit)):
        is_nearer, off = bool(abs(now[column] - middle) < abs(before[column] - middle)), float(now[column] - middle)
        sentence = (
            f"{amount(case.now[row, column])} ({words}), where {publisher} has {amount(float(theirs[column]))}; "
            f"their ratio is off by {percent(off)} from other years."
        )
        yield on_figure(
            case, (row, int(column)), EDIT, sentence, holds=not is_nearer, suspicion=abs(off) / limit, level=3
        )


def _apart(values: Floats, theirs: Floats) -> Floats:
    """Return the logarithm of ours over theirs, without signs: one publisher writes payments with a minus."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log(np.abs(values)) - np.log(np.abs(theirs))
    return np.where(np.isfinite(ratios), ratios, np.nan)


def _figures(case: Case, side: Side) -> Floats:
    """Return the other publisher's newest figures, by the years of the case."""
    source = side["source"]
    files = [file for file in case.context.others[source] if file.table == side["table"] and file.payload_sha256]
    with bounded_database() as connection:
        areas = areas_of(case.context.settings.dbt_project / "seeds", source)
        name = long_form(load_sources()[source], files, areas, connection)
        rows = connection.execute(
            f"select year, value from {name} where measure = ? and area = ? and counterpart = ? and item = ?",
            [side[column] for column in _SERIES[1:]],
        ).fetchall()
    values = dict(rows)
    return np.array([values.get(int(year)) or np.nan for year in case.years], dtype=np.float64)
