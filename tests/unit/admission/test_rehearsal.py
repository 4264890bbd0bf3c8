"""Faults drawn into synthetic vintages, as reviewed in ``drawn.csv``, and the pairs of vintages that they are put into.

``python -m tests.unit.admission.test_rehearsal`` writes ``drawn.csv`` again after a change on purpose or for a new fault, to be compared
with ``git diff``.
"""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from orchestration.admission.case import Case, case_of
from orchestration.admission.judge import Context
from orchestration.admission.new_vintage_faults import CATALOGUE, Injection, NotApplicable, cell, faults, major
from orchestration.admission.parameters import parameters
from orchestration.admission.rehearsal import Base, cut_pairs, inject, real_pairs
from orchestration.contracts.observation import Balance, Observations
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile
from tests.unit.admission.synthetic_vintage import (
    BEFORE,
    NOW,
    ROOT,
    SOURCE,
    YEARS,
    Matrix,
    Publisher,
    figures,
    laid_out,
)
from tests.unit.reviewed import write_rows

DRAWS = range(6)
REVIEWED = Path(__file__).with_name("drawn.csv")


def synthetic(folder: Path) -> Case:
    """The vintage with 2024 after the one with 2023."""
    publisher = Publisher(folder)
    before, now = publisher.files(figures(2023), BEFORE), publisher.files(figures(), NOW)
    return case_of(SOURCE, now, before, Context(NOW + timedelta(days=1), Settings(ROOT, folder), {}), parameters())


def drawn(case: Case, name: str, number: int) -> Injection:
    return CATALOGUE[name].inject(case, np.random.default_rng([number, *name.encode()]))


def row_of(case: Case, name: str, number: int) -> dict[str, str]:
    """What a fault says about itself, and what it left of the figures."""
    found = drawn(case, name, number)
    wrong = found.case
    rows = [case.label(row) for row in found.rows]
    return {
        "fault": name,
        "draw": str(number),
        "series": " ".join(rows) if len(rows) <= 4 else f"{len(rows)} from {rows[0]} to {rows[-1]}",
        "age": str(found.age),
        "size": f"{found.size:.9g}",
        "of_total": f"{found.of_total:.9g}",
        "years": f"{wrong.years[0]}-{wrong.years[-1]}",
        "figures": str(int(np.isfinite(wrong.now).sum())),
        "stated": str(int(wrong.stated_now.sum())),
        "total": f"{np.nansum(wrong.now):.9g}",
        "by_year": f"{np.nansum(wrong.now * (wrong.years - 2004)):.9g}",
        "vintage": str(wrong.vintage),
        "fetched": str(wrong.context.fetched),
        "rows": str(sum(one.rows for one in wrong.files)),
        "names": " ".join(
            "=".join(pair) for pairs, _ in wrong.stated_twice.values() for pair in pairs if pair[0][:3] not in pair[1]
        ),
    }


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return synthetic(tmp_path_factory.mktemp("synthetic"))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_fault_is_drawn_as_it_was_reviewed(case: Case, name: str) -> None:
    with REVIEWED.open(encoding="utf-8", newline="") as file:
        expected = [one for one in csv.DictReader(file) if one["fault"] == name]
    assert [row_of(case, name, number) for number in DRAWS] == expected


PLAIN = Observations(area="code", year="year", value="value")
GROWING = [100.0, 110.0, 120.0, 130.0]


def few(now: list[float | None], before: list[float | None], how: Observations = PLAIN) -> Case:
    return laid_out({("receipts", "USA"): now}, {("receipts", "USA"): before}, how)


WITH_HISTORY = few([*GROWING, 140.0], [*GROWING, None])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("wrong_figure", few([*GROWING, 140.0], [None, None, None, *GROWING[:2]])),
        ("wrong_figure", few([None] * 5, [*GROWING, None])),
        ("copied_figure", few([None, None, None, None, 5.0], [*GROWING[:3], None, None])),
        ("copied_year", few([1.0, None, None, None, None], [None, 1.0, 2.0, 3.0, None])),
        ("exchanged_neighbours", WITH_HISTORY),
        ("exchanged_newest", WITH_HISTORY),
        ("equal_series", WITH_HISTORY),
        ("exchanged_measures", WITH_HISTORY),
        ("lost_countries", WITH_HISTORY),
        ("lost_aggregates", WITH_HISTORY),
        ("lost_countries", few([*GROWING, 140.0], [*GROWING, None], replace(PLAIN, restates=False))),
        ("lost_aggregates", few([*GROWING, 140.0], [*GROWING, None], replace(PLAIN, restates=False))),
        ("missing_newest_year", few([*GROWING, 140.0], [*GROWING, None], replace(PLAIN, restates=False))),
        ("missing_figures", few([*GROWING, 140.0], [*GROWING, None], replace(PLAIN, restates=False))),
        ("missing_figures", few([None, None, None, None, 140.0], [*GROWING, None])),
        ("cut_short", few([*GROWING, 140.0], [*GROWING, None], replace(PLAIN, restates=False))),
        ("half_a_year", few([*GROWING, 140.0], [*GROWING, None], replace(PLAIN, ratios=frozenset({"receipts"})))),
        ("wrong_code_right_name", WITH_HISTORY),
        ("wrong_headline", WITH_HISTORY),
        ("stale_vintage", replace(WITH_HISTORY, files_before=())),
    ],
)
def test_what_a_vintage_cannot_have_is_said(name: str, given: Case) -> None:
    for number in range(3):
        with pytest.raises(NotApplicable):
            drawn(given, name, number)


def test_a_fault_that_changes_nothing_is_none() -> None:
    flat = few([7.0] * 5, [7.0] * 4 + [None])
    with pytest.raises(NotApplicable, match="remain as they are"):
        drawn(flat, "copied_figure", 0)


def test_two_economies_are_enough_to_be_exchanged() -> None:
    now: Matrix = {
        ("receipts", area): [size * one for one in (*GROWING, 140.0)] for area, size in (("USA", 2.0), ("JPN", 1.0))
    }
    given = laid_out(now, {key: [*values[:4], None] for key, values in now.items()}, PLAIN)
    assert drawn(given, "exchanged_neighbours", 0).case.now.tolist() == given.now[::-1].tolist()


def test_measures_of_figures_below_one_are_exchanged() -> None:
    now: Matrix = {
        (name, "USA"): [size + 0.01 * year for year in range(5)]
        for name, size in (("receipts", 0.5), ("payments", 0.3))
    }
    given = laid_out(now, {key: [*values[:4], None] for key, values in now.items()}, PLAIN)
    assert drawn(given, "exchanged_measures", 0).case.now.tolist() == given.now[::-1].tolist()


def test_figures_of_every_age_are_drawn(case: Case) -> None:
    """A third of the draws in the newest year, a third in the three before it, a third in older ones."""
    draw = np.random.default_rng(7)
    ages = [int(case.age[cell(case, draw)]) for _ in range(600)]
    shares = [sum(low <= age <= high for age in ages) / 600 for low, high in ((0, 0), (1, 3), (4, 99))]
    assert shares == pytest.approx([1 / 3] * 3, abs=0.06)
    assert {1, 2, 3} <= set(ages)
    assert max(ages) == 19


def test_major_series_have_a_history_and_are_no_aggregates(case: Case) -> None:
    areas = [case.series["area"].iloc[row] for row in major(case)]
    assert sorted(areas) == sorted(2 * ["USA", "JPN", "DEU", "GBR", "CHN", "FRA", "KOR", "CAN", "BRA", "ZAF"])
    assert major(few([*GROWING[:3], None, 5.0], [*GROWING[:3], None, None])).tolist() == [0]
    with pytest.raises(NotApplicable, match="history"):
        major(few([*GROWING[:2], 0.0, 0.0, 5.0], [*GROWING[:2], 0.0, 0.0, None]))
    two = few([*GROWING[:2], None, None, 5.0], [*GROWING[:2], None, None, None])
    zeros = few([0.0] * 5, [*GROWING, None])
    for none in (two, zeros):
        with pytest.raises(NotApplicable, match="history"):
            major(none)


def spans(case: Case, name: str, draws: int = 60) -> list[Injection]:
    return [drawn(case, name, number) for number in range(draws)]


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("wrong_figure", 0.02, 1.1),
        ("wrong_headline", 0.02, 1.1),
        ("half_a_year", np.log(1 / 0.55), np.log(1 / 0.45)),
        ("lost_digit", np.log(10), np.log(10)),
    ],
)
def test_the_sizes_of_faults_are_those_of_their_words(case: Case, name: str, least: float, most: float) -> None:
    """Drawn over the whole range: some lie in its first and some in its last fifth."""
    sizes = [one.size for one in spans(case, name)]
    assert least - 1e-9 <= min(sizes) <= least + (most - least) / 5 + 1e-9
    assert most - (most - least) / 5 - 1e-9 <= max(sizes) <= most + 1e-9


@pytest.mark.parametrize(
    ("name", "factors"),
    [
        ("other_currency", (0.79, 0.92, 1.36, 7.1, 83.0, 149.0, 1350.0)),
        ("other_currency_of_all", (0.79, 0.92, 1.36, 7.1)),
        ("scaled_block", (10.0, 100.0, 1000.0)),
    ],
)
def test_factors_are_those_of_currencies_and_units(case: Case, name: str, factors: tuple[float, ...]) -> None:
    found = {round(float(np.exp(one.size)), 4) for one in spans(case, name)}
    assert found == {round(max(one, 1 / one), 4) for one in factors}


def test_a_block_has_three_to_twelve_years_up_to_the_newest_of_up_to_six_series(case: Case) -> None:
    found = spans(case, "scaled_block", 200)
    years = [set((one.case.now != case.now).nonzero()[1].tolist()) for one in found]
    assert {len(one) for one in years} == set(range(3, 13))
    assert all(one == set(range(20 - len(one), 20)) for one in years)
    assert {len(one.rows) for one in found} == set(range(1, 7))
    assert {bool((one.case.now > case.now).any()) for one in found} == {True, False}
    majors = set(major(case).tolist())
    assert all(majors & set(one.rows) for one in found)


def test_what_is_lost_cut_stamped_or_shifted_is_drawn_from_its_whole_range(case: Case) -> None:
    lost = [len({case.series["area"].iloc[row] for row in one.rows}) for one in spans(case, "lost_countries", 100)]
    assert (min(lost), max(lost)) == (1, 10)
    left = [sum(file.rows for file in one.case.files) / 520 for one in spans(case, "cut_short", 100)]
    assert 0.09 < min(left) < 0.2
    assert 0.8 < max(left) < 0.9
    days = [(one.case.vintage - case.context.fetched).days for one in spans(case, "future_stamp", 100)]
    assert 1 <= min(days) < 60
    assert 340 < max(days) < 400
    shifted = [int(one.case.years[-1]) for one in spans(case, "shifted_years", 30)]
    assert set(shifted) == {2024, 2025}


def test_shifted_years_leave_the_first_or_the_last_year_empty(case: Case) -> None:
    found = spans(case, "shifted_years", 30)
    assert {len(one.case.years) for one in found} == {20, 21}
    for one in found:
        (row,) = one.rows
        now, right = one.case.now[row], case.now[row]
        if len(one.case.years) == len(case.years):
            assert now[:-1].tolist() == right[1:].tolist()
            assert (np.isnan(now[-1]), bool(one.case.stated_now[row, -1])) == (True, False)
        else:
            assert now[1:].tolist() == right.tolist()
            assert (np.isnan(now[0]), bool(one.case.stated_now[row, 0])) == (True, False)


def test_codes_are_exchanged_where_there_are_four(case: Case) -> None:
    key = ("figures", ("code", "name"))
    pairs = [(code, f"the economy {code}") for code in ("USA", "JPN", "DEU", "GBR")]
    found = drawn(replace(case, stated_twice={key: (pairs, pairs)}), "wrong_code_right_name", 0)
    now, before = found.case.stated_twice[key]
    assert list(before) == pairs
    assert [pair[1] for pair in now] == [pair[1] for pair in pairs]
    assert sorted(pair[0] for pair in now) == ["DEU", "GBR", "JPN", "USA"]
    assert sum(one != other for one, other in zip(now, pairs, strict=True)) == 2
    with pytest.raises(NotApplicable):
        drawn(replace(case, stated_twice={key: (pairs[:3], pairs[:3])}), "wrong_code_right_name", 0)


def test_a_stale_vintage_repeats_the_one_before_after_a_release_was_due(case: Case) -> None:
    found = drawn(case, "stale_vintage", 0)
    assert np.array_equal(found.case.now, case.before, equal_nan=True)
    assert found.case.vintage == found.case.context.fetched == BEFORE + timedelta(days=500)
    assert (found.of_total, found.case.stated_now.tolist()) == (100.0, case.stated_before.tolist())


def test_a_whole_moves_with_a_wrong_part_in_half_of_the_draws() -> None:
    """Europe is Germany and France; the fault was there before or after the publisher added up."""
    how = replace(PLAIN, balances=(Balance("area", "EUR", ("DEU", "FRA")),))
    sizes = {"DEU": 3000.0, "FRA": 2000.0, "EUR": 5000.0}
    now: Matrix = {("receipts", area): [size + year for year in range(5)] for area, size in sizes.items()}
    given = laid_out(now, {key: [*values[:4], None] for key, values in now.items()}, how)
    moved = []
    for number in range(20):
        found = drawn(given, "lost_digit", number)
        change = np.nansum(found.case.now[:2] - given.now[:2], axis=0)
        whole = found.case.now[2] - given.now[2]
        assert whole.tolist() in (pytest.approx(change.tolist()), [0.0] * 5)
        moved.append(bool(whole.any()))
    assert 5 <= sum(moved) <= 15


def test_faults_are_chosen_by_name() -> None:
    assert [one.id for one in faults(["wrong_sign", "cut_short"])] == ["wrong_sign", "cut_short"]
    assert [one.id for one in faults()] == list(CATALOGUE)
    assert [one.id for one in faults() if one.whole] == [
        "copied_year", "shifted_vintage", "lost_countries", "lost_aggregates", "missing_newest_year", "missing_figures",
        "other_currency_of_all", "half_a_year", "wrong_code_right_name", "exchanged_measures", "stale_vintage",
        "future_stamp", "cut_short",
    ]  # fmt: skip


# Pairs of vintages


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[RawFile]:
    """Vintages of July 2024 and 2025 and of January 2027."""
    publisher = Publisher(tmp_path_factory.mktemp("vintages"))
    dates = {2022: date(2024, 7, 31), 2023: date(2025, 7, 1), 2024: date(2027, 1, 1)}
    return [one for last, day in dates.items() for one in publisher.files(figures(last), day)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(ROOT, tmp_path)


def newest(matrix: np.ndarray, given: Case) -> int:
    return int(given.years[np.flatnonzero(np.isfinite(matrix).any(axis=0))[-1]])


def test_real_pairs_are_each_vintage_after_the_one_before(files: list[RawFile], settings: Settings) -> None:
    pairs = list(real_pairs("synthetic", SOURCE, files, settings))
    assert [(one.source, one.words, one.real) for one in pairs] == [
        ("synthetic", "2024-07-31 to 2025-07-01", True),
        ("synthetic", "2025-07-01 to 2027-01-01", True),
    ]
    assert [(newest(one.case.before, one.case), newest(one.case.now, one.case)) for one in pairs] == [
        (2022, 2023),
        (2023, 2024),
    ]
    assert [one.case.context.fetched for one in pairs] == [date(2025, 7, 3), date(2027, 1, 3)]
    assert [(one.is_near, one.can_have_faults) for one in pairs] == [(True, True), (False, False)]


def test_a_resource_that_skipped_a_vintage_is_paired_with_its_own_last(
    files: list[RawFile], settings: Settings
) -> None:
    some = [one for one in files if (one.resource, one.vintage) != ("payments", date(2025, 7, 1))]
    pairs = list(real_pairs("synthetic", SOURCE, some, settings))
    assert [(one.words, sorted({file.resource for file in one.case.files})) for one in pairs] == [
        ("2024-07-31 to 2025-07-01", ["receipts"]),
        ("2024-07-31 to 2027-01-01", ["payments"]),
        ("2025-07-01 to 2027-01-01", ["receipts"]),
    ]


def test_tables_without_figures_have_no_pairs(files: list[RawFile], settings: Settings) -> None:
    other = [replace(one, table="texts") for one in files]
    assert not list(real_pairs("synthetic", SOURCE, other, settings))
    assert not list(cut_pairs("synthetic", SOURCE, other, settings, 2))


def test_a_vintage_is_cut_after_each_of_its_newest_years(files: list[RawFile], settings: Settings) -> None:
    pairs = list(cut_pairs("synthetic", SOURCE, files[:4], settings, 3))
    assert [(one.words, one.real) for one in pairs] == [
        ("cut after 2023", False),
        ("cut after 2022", False),
        ("cut after 2021", False),
    ]
    for back, one in enumerate(pairs):
        given = one.case
        assert (newest(given.before, given), newest(given.now, given), given.years[-1]) == (
            2022 - back,
            2023 - back,
            2023 - back,
        )
        assert (given.vintage, given.vintage_before) == (date(2025 - back, 7, 1), date(2024 - back, 7, 1))
        assert given.context.fetched == date(2025 - back, 7, 3)
        assert (given.stated_now == np.isfinite(given.now)).all()
        assert (given.stated_before == np.isfinite(given.before)).all()
        assert given.spread.shape == given.now.shape
        assert not given.fresh.any()
        assert one.can_have_faults
        for now, before in given.stated_twice.values():
            assert now == before


def test_measures_that_end_in_other_years_are_cut_each_at_its_end(tmp_path: Path, settings: Settings) -> None:
    content = {key: value for key, value in figures(2022).items() if key[0] == "receipts" or key[2] < 2021}
    (pair,) = cut_pairs("synthetic", SOURCE, Publisher(tmp_path).files(content, date(2025, 7, 31)), settings, 1)
    given = pair.case
    ends = {
        measure: (newest(given.before[rows], given), newest(given.now[rows], given))
        for measure, rows in ((one, (given.series["measure"] == one).to_numpy()) for one in ("receipts", "payments"))
    }
    assert ends == {"receipts": (2021, 2022), "payments": (2019, 2020)}
    assert given.vintage == date(2025, 7, 28)


def test_seven_years_can_be_cut_twice(tmp_path: Path, settings: Settings) -> None:
    """Six years must be left before the cut, so that a series has a history."""
    content = {key: value for key, value in figures(2011).items() if key[2] >= YEARS[0]}
    pairs = cut_pairs("synthetic", SOURCE, Publisher(tmp_path).files(content, NOW), settings, 5)
    assert [one.words for one in pairs] == ["cut after 2011", "cut after 2010"]


def test_a_draw_is_the_same_each_time_and_none_where_it_cannot_be(case: Case) -> None:
    base = Base("synthetic", "now", True, case)
    one, other = (inject(base, fault, 3) for fault in faults(["lost_digit"]) * 2)
    assert one
    assert other
    assert (one[0].rows, one[0].size, one[1]) == (other[0].rows, other[0].size, other[1])
    assert inject(replace(base, case=WITH_HISTORY), faults(["exchanged_measures"])[0], 0) is None


def write_reviewed(folder: Path) -> None:
    """Write ``drawn.csv`` from the present code; ``folder`` is for synthetic payloads."""
    given = synthetic(folder)
    rows = [row_of(given, name, number) for name in CATALOGUE for number in DRAWS]
    write_rows(REVIEWED, rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write_reviewed(Path(made))
