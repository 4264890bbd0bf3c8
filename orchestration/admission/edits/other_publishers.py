"""Consistency between publishers: figures of one concept at another publisher, with the lag between the two allowed for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from orchestration.admission.areas import areas_of
from orchestration.admission.case import Case, Floats
from orchestration.admission.figures import long_form
from orchestration.admission.finding import Finding, amount, on_figure, percent
from orchestration.contracts.observation import TOTAL, WORLD
from orchestration.contracts.source import Source
from orchestration.core.files import read_json
from orchestration.ingestion.raw_tables import RawFile
from orchestration.sources import load_sources

EDIT = "other publishers"
COMPARISONS = Path(__file__).parents[1] / "comparisons"
"""One file for each concept that two publishers measure."""


@dataclass(frozen=True)
class Side:
    """One publisher's series of a concept, in the terms of its source's OBSERVATIONS and in common area codes."""

    source: str
    table: str
    measure: str
    area: str
    counterpart: str = WORLD
    item: str = TOTAL


@dataclass(frozen=True)
class Comparison:
    """A concept, what it is called, and the two series of it."""

    words: str
    sides: tuple[Side, Side]


@cache
def comparisons() -> tuple[Comparison, ...]:
    """Return every declared comparison."""
    found = []
    for path in sorted(COMPARISONS.glob("*.json")):
        content: Mapping[str, Any] = read_json(path)
        first, second = (Side(**one) for one in content["sides"])
        found.append(Comparison(content["words"], (first, second)))
    return tuple(found)


def findings(case: Case) -> Iterator[Finding]:
    """Yield figures that left the usual ratio to another publisher's."""
    for one in comparisons():
        for own, other in (one.sides, one.sides[::-1]):
            if own.source == case.source.CARD.id and case.context.others.get(other.source):
                yield from _compared(case, one.words, own, other)


def _compared(case: Case, words: str, own: Side, other: Side) -> Iterator[Finding]:
    rows = case.series[
        (case.series["table"] == own.table)
        & (case.series["measure"] == own.measure)
        & (case.series["area"] == own.area)
        & (case.series["counterpart"] == own.counterpart)
        & (case.series["item"] == own.item)
    ].index
    if not len(rows):
        return
    row = int(rows[0])
    theirs = _figures(case, other, case.context.others[other.source])
    now, before = _apart(case.now[row], theirs), _apart(case.before[row], theirs)
    changed = np.isfinite(now) & ~(now == before)
    usual = before if np.isfinite(before).sum() >= 3 else np.where(case.age[row] == 0, np.nan, now)
    if np.isfinite(usual).sum() < 3:
        return
    middle = float(np.nanmedian(usual))
    own_spread = float(np.nanquantile(np.abs(usual - middle), 0.9))
    limit = max(case.parameters.other_least, case.parameters.other_own * own_spread)
    for column in np.flatnonzero(changed & (np.abs(now - middle) > limit)):
        nearer = abs(now[column] - middle) < abs(before[column] - middle) if np.isfinite(before[column]) else False
        off = float(now[column] - middle)
        sentence = (
            f"{amount(case.now[row, column])} ({words}), where {_source(other.source).CARD.publisher} has "
            f"{amount(float(theirs[column]))}; their ratio is off by {percent(off)} from other years."
        )
        suspicion = abs(off) / limit
        yield on_figure(case, (row, int(column)), EDIT, sentence, holds=not nearer, suspicion=suspicion, level=3)


def _apart(values: Floats, theirs: Floats) -> Floats:
    """Return the logarithm of ours over theirs, without signs: one publisher writes payments with a minus."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(np.abs(values)) - np.log(np.abs(theirs))
    return np.where(np.isfinite(found), found, np.nan)


def _figures(case: Case, side: Side, files: Sequence[RawFile]) -> Floats:
    """Return the other publisher's newest figures, by the years of the case."""
    found = np.full(len(case.years), np.nan)
    chosen = [one for one in files if one.table == side.table and one.payload_sha256]
    with duckdb.connect() as connection:
        areas = areas_of(case.context.settings.dbt_project / "seeds", side.source)
        name = long_form(_source(side.source), chosen, areas, connection)
        rows = connection.execute(
            f"select year, value from {name} where measure = ? and area = ? and counterpart = ? and item = ?",
            [side.measure, side.area, side.counterpart, side.item],
        ).fetchall()
    places = {int(year): place for place, year in enumerate(case.years)}
    for year, value in rows:
        if year in places and value:
            found[places[year]] = value
    return found


def _source(name: str) -> Source:
    return load_sources()[name]
