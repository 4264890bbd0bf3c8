"""Edits for editions of few figures, over the bundle's own vintages: each passes the edition as it is and stops it with one change.

``editions.csv`` holds what every edit finds, with its score: a change of a formula of admission must show in it.
``python -m tests.unit.admission.test_editions`` writes it again after one on purpose, to be compared with ``git diff``.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from orchestration.admission.case import Case
from orchestration.admission.edits import (
    balances,
    equal_series,
    exact_repeats,
    growth,
    listed_parts,
    revisions,
    shifted_years,
)
from orchestration.admission.finding import Finding
from orchestration.admission.ingest import ingest
from orchestration.admission.judge import findings_of
from orchestration.admission.rehearsal import cut_pairs, real_pairs
from orchestration.core.settings import Settings
from orchestration.sources import load_sources

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
PRESS_RELEASE = "2021-12-31 to 2022-02-10"
YEARBOOK = "2021-03-02 to 2021-12-31"
Change = Callable[[Case, "Rows"], None]


class Rows:
    """The rows of a case by their label, and the place of a series' newest year."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.places = {case.label(row): row for row in range(len(case.series))}

    def newest(self, label: str) -> tuple[int, int]:
        row = self.places[label]
        return row, int(self.case.newest[row])


def vintages(folder: Path) -> Callable[[str, str], Case]:
    """Vintages of the bundle beside the one before, by source and words; ``folder`` takes the raw files."""
    settings = Settings(ROOT, folder)

    @cache
    def of(name: str) -> dict[str, Case]:
        source = load_sources()[name]
        files = [one for one in ingest(source, settings).files if one.payload_sha256]
        every = [*real_pairs(name, source, files, settings), *cut_pairs(name, source, files, settings, 10)]
        return {one.words: one.case for one in every}

    return lambda name, words: of(name)[words]


@pytest.fixture(scope="module")
def vintage(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Case]:
    return vintages(tmp_path_factory.mktemp("data"))


def times(label: str, factor: float) -> Change:
    def change(case: Case, rows: Rows) -> None:
        case.now[rows.newest(label)] *= factor

    return change


def older_times(label: str, factor: float, age: int) -> Change:
    """A figure of the year that is so many years older than the newest; the first of its series where there are fewer."""

    def change(case: Case, rows: Rows) -> None:
        row, column = rows.newest(label)
        first = int(np.flatnonzero(np.isfinite(case.now[row]))[0])
        case.now[row, max(column - age, first)] *= factor

    return change


def as_the_year_before(label: str) -> Change:
    def change(case: Case, rows: Rows) -> None:
        row, column = rows.newest(label)
        held = np.where(
            np.isnan(case.now), case.before, case.now
        )  # not case.history, which would keep the figure as it was
        case.now[row, column] = held[row, column - 1]

    return change


def a_year_early(label: str) -> Change:
    def change(case: Case, rows: Rows) -> None:
        row, column = rows.newest(label)
        case.now[row, column - 1], case.now[row, column] = case.now[row, column], np.nan

    return change


def as_another(label: str, other: str) -> Change:
    def change(case: Case, rows: Rows) -> None:
        case.now[rows.newest(label)] = case.now[rows.newest(other)]

    return change


def exchanged(label: str, other: str) -> Change:
    def change(case: Case, rows: Rows) -> None:
        one, two = rows.newest(label), rows.newest(other)
        case.now[one], case.now[two] = case.now[two], case.now[one]

    return change


PCT, RATES = "pct_applications", "co_invention_rates/USA"
SECTIONS, IMPORTS = "co_invention_us_china_by_section/USA/CHN", "ITS_CS_AM6/USA/CHN"
CHARGES, SAUDI = "Imports/USA/ChargesForTheUseOfIpNie", "UNCTAD_DE_DIG_SERVTRADE_ANN_EXP/SAU"
STOPPED = {
    "an economy against its region": ("ncses", "cut after 2022", times(f"{PCT}/AUS", 1.03), listed_parts),
    "a region against the world": ("ncses", "cut after 2022", times(f"{PCT}/NCSES_ASIA", 0.98), listed_parts),
    "a mode of transport": ("wto", "cut after 2014", as_the_year_before(f"{IMPORTS}/SC13"), listed_parts),
    "an island against its region": ("bea", "cut after 2022", times("Imports/USA/BMU/Insurance", 1.02), balances),
    "a balance of credits and debits": ("safe", "cut after 2014", times("Balance/CHN/1.A.b Services", 1.005), balances),
    "the largest series": ("bea", "cut after 2021", times(CHARGES, 0.65), growth),
    "a figure that ends in zero": ("unctad", "cut after 2019", as_the_year_before(SAUDI), exact_repeats),
    "one old figure": ("ncses", "cut after 2022", older_times(f"{PCT}/AUS", 1.02, 5), revisions),
    "the first figure of a series": (
        "patentsview",
        "cut after 2022",
        older_times(f"{SECTIONS}/B", 1.06, 99),
        revisions,
    ),
    "one figure of the last year known": (
        "bea",
        "cut after 2022",
        older_times("Imports/USA/HKG/Financial", 1.1, 1),
        revisions,
    ),
    "an economy against the world": ("wipo", PRESS_RELEASE, times(f"{PCT}/CHN", 1.1), listed_parts),
    "the world against its economies": ("wipo", PRESS_RELEASE, times(f"{PCT}/W00", 0.96), listed_parts),
    "a section against all sections": ("patentsview", "cut after 2022", times(f"{SECTIONS}/G", 1.4), listed_parts),
    "another year than the edition's": ("wipo", PRESS_RELEASE, a_year_early(f"{PCT}/JPN"), shifted_years),
    "two economies with one figure": ("wipo", PRESS_RELEASE, as_another(f"{PCT}/USA", f"{PCT}/CHN"), equal_series),
    "an earlier edition's figure": ("wipo", PRESS_RELEASE, as_the_year_before(f"{PCT}/CHN"), exact_repeats),
    "a figure of three digits": ("wto", "cut after 2014", as_the_year_before(f"{IMPORTS}/SG"), exact_repeats),
    "another figure for one year": ("wipo", YEARBOOK, times(f"{PCT}/USA", 1.07), revisions),
    "all services": ("wto", "cut after 2015", times(f"{IMPORTS}/S", 1.05), balances),
    "one partner unlike the others": ("patentsview", "cut after 2023", times(f"{RATES}/GBR", 0.6), growth),
    "two partners exchanged": (
        "patentsview",
        "cut after 2023",
        exchanged(f"{RATES}/JPN", f"{RATES}/KOR"),
        equal_series,
    ),
}


REVIEWED = Path(__file__).with_name("editions.csv")
Row = tuple[str, str, str, int, bool, float]


def reviewed(name: str) -> list[Row]:
    """What all edits find in an edition with its change: edition, edit, series, year (0 where there is none), whether it holds, score."""
    with REVIEWED.open(encoding="utf-8", newline="") as file:
        rows = [one for one in csv.DictReader(file) if one["case"] == name]
    return [
        (name, one["edit"], one["series"], int(one["year"]), one["holds"] == "true", float(one["score"]))
        for one in rows
    ]


def rows_of(name: str, found: Iterable[Finding]) -> list[Row]:
    reasons = [one.reason for one in found]
    return sorted((name, one.edit, one.series, one.year or 0, one.holds, one.score) for one in reasons)


def with_its_change(good: Case, name: str) -> Case:
    wrong = replace(good, now=good.now.copy())
    STOPPED[name][2](wrong, Rows(good))
    return wrong


@pytest.mark.parametrize("name", STOPPED)
def test_an_edition_passes_and_one_change_is_stopped(name: str, vintage: Callable[[str, str], Case]) -> None:
    source, words, _, edit = STOPPED[name]
    good = vintage(source, words)
    wrong = with_its_change(good, name)
    found: list[list[Finding]] = [[one for one in edit.findings(case) if one.reason.holds] for case in (good, wrong)]
    assert not found[0], [one.reason.sentence for one in found[0]]
    assert found[1]
    assert all(one.reason.sentence.endswith(".") for one in found[1])
    rows, expected = rows_of(name, findings_of(wrong)), reviewed(name)
    assert [row[:5] for row in rows] == [row[:5] for row in expected]
    assert [row[5] for row in rows] == pytest.approx([row[5] for row in expected], rel=1e-6)


def write_reviewed(folder: Path) -> None:
    """Write ``editions.csv`` from the present code; ``folder`` takes the raw files."""
    of = vintages(folder)
    rows = [
        row
        for name, (source, words, _, _) in STOPPED.items()
        for row in rows_of(name, findings_of(with_its_change(of(source, words), name)))
    ]
    with REVIEWED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("case", "edit", "series", "year", "holds", "score"))
        writer.writerows((*row[:4], str(row[4]).lower(), f"{row[5]:.9g}") for row in rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write_reviewed(Path(made))
