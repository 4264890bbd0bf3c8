"""Consistency between publishers: figures of one concept at another publisher, with the lag allowed for."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from orchestration.admission.case import Case, Floats
from orchestration.admission.figures import KEY, areas_of, long_form
from orchestration.admission.reason import Reason, amount, on_series, percent
from orchestration.core.bounded_database import bounded_database
from orchestration.core.files import read_json
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.sources import load_sources

EDIT = "other publishers"
COMPARISONS = Path(__file__).parents[1] / "comparisons"
"""One file for each concept of two publishers: its name, and a series of each in terms of its OBSERVATIONS."""


def findings(case: Case) -> Iterator[Reason]:
    """Yield figures that left the usual ratio to another publisher's."""
    for path in sorted(COMPARISONS.glob("*.json")):
        comparison = read_json(path)
        sides = [{"counterpart": WORLD, "item": TOTAL, **side} for side in comparison["sides"]]
        for own, other in (sides, sides[::-1]):
            if own["source"] == case.source.CARD.id and case.context.admitted.get(other["source"]):
                rows = (case.series[list(KEY)] == [own[name] for name in KEY]).all(axis=1)
                for row in np.flatnonzero(rows):
                    yield from _compared(case, comparison["words"], int(row), other)


def _compared(case: Case, words: str, row: int, other: Mapping[str, str]) -> Iterator[Reason]:
    theirs = _figures(case, other)
    # without signs: one publisher writes payments with a minus
    both = np.array([case.now[row], case.before[row]])
    now, before = np.where((both != 0) & (theirs != 0), np.log(np.abs(both / theirs)), np.nan)
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
        what = f"{amount(case.now[row, column])} ({words}), where {publisher} has {amount(float(theirs[column]))}"
        sentence = f"{what}; their ratio is off by {percent(off)} from other years."
        holds = not is_nearer and not (case.fresh[row] and case.age[row, column])  # of a first vintage the newest year
        yield on_series(case, [row], EDIT, sentence, column=int(column), holds=holds, suspicion=abs(off) / limit)


def _figures(case: Case, side: Mapping[str, str]) -> Floats:
    """Return the other publisher's newest figures, by the years of the case."""
    source = side["source"]
    files = [file for file in case.context.admitted[source] if file.table == side["table"]]
    with bounded_database() as connection:
        areas = areas_of(case.context.settings.dbt_project / "seeds", source)
        long_form(load_sources()[source], files, areas, connection, "theirs")
        query = "select year, value from theirs where measure = ? and area = ? and counterpart = ? and item = ?"
        values = dict(connection.execute(query, [side[column] for column in KEY[1:]]).fetchall())
    return np.array([values.get(int(year)) or np.nan for year in case.years], dtype=np.float64)
