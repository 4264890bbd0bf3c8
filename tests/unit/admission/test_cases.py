"""What edits look at: areas, figures in long form, a candidate beside the vintage before, weights, and the words of findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import log
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.admission.areas import Areas, areas_of
from orchestration.admission.case import Case, case_of
from orchestration.admission.figures import kind_of, long_form, paired
from orchestration.admission.finding import Finding, amount, listed, percent
from orchestration.admission.judge import Context, findings_of, verdict_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.admission.verdict import Reason
from orchestration.contracts.observation import Observations
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile, raw_schema
from tests.unit.admission.synthetic_vintage import BEFORE, NOW, ROOT, SCHEMA, SOURCE, Matrix, laid_out

PLAIN = Observations(area="code", year="year", value="value")
NAN = float("nan")

# Words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "no figure"),
        (NAN, "no figure"),
        (1e12, "1 trillion"),
        (8.6412e9, "8.641 billion"),
        (1e9, "1 billion"),
        (-2.5e6, "-2.5 million"),
        (1e6, "1 million"),
        (999_999.0, "999,999"),
        (10_000.0, "10,000"),
        (9_999.4, "9,999"),
        (1_234.56, "1,235"),
        (0.35, "0.35"),
        (0.0, "0"),
    ],
)
def test_amounts_are_written_with_four_digits(value: float | None, words: str) -> None:
    assert amount(value) == words


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1.1, "+10 %"), (0.9, "-10 %"), (1.0, "+0 %"), (2.5, "+150 %"), (4.9, "+390 %"), (5.5, "5.5 times as much"), (1234.5, "1.23e+03 times as much")],
)  # fmt: skip
def test_changes_are_percent_up_to_fivefold(ratio: float, words: str) -> None:
    assert percent(log(ratio)) == words


def test_eight_names_are_listed_and_the_rest_counted() -> None:
    assert listed("abcdefgh") == "a, b, c, d, e, f, g, h"
    assert listed("abcdefghij") == "a, b, c, d, e, f, g, h and 2 more"
    assert listed("abc", 2) == "a, b and 1 more"
    assert listed([]) == ""


def reason(edit: str, score: float, *, holds: bool) -> Finding:
    return Finding(Reason(2, edit, holds, "", None, None, None, score, f"{edit} {score:g}."))


def test_twelve_findings_of_an_edit_are_said_and_the_rest_counted() -> None:
    case = laid_out({("receipts", "USA"): [1.0]}, {}, PLAIN)
    many = [reason("growth", float(20 - number), holds=True) for number in range(14)]
    many += [reason("growth", float(number), holds=False) for number in range(13)]
    many += [reason("dates", float(number), holds=True) for number in range(12)]
    verdict = verdict_of(case, many)
    counted = [one.sentence for one in verdict.reasons if "more findings" in one.sentence]
    assert counted == [
        "2 more findings of the edit growth hold; the worst are named.",
        "1 more findings of the edit growth are remarks; the worst are named.",
    ]
    assert [(one.edit, one.holds, one.level, one.score) for one in verdict.reasons[-2:]] == [
        ("growth", True, 2, 0.0),
        ("growth", False, 2, 0.0),
    ]
    said = [one.score for one in verdict.reasons if one.edit == "growth" and one.holds]
    assert said == [*(float(20 - number) for number in range(12)), 0.0]
    assert len(verdict.reasons) == 12 + 12 + 12 + 2


def test_findings_that_hold_come_first_then_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [reason("a", 9.0, holds=False), reason("b", 1.0, holds=True), reason("c", 5.0, holds=True)]
    edit = SimpleNamespace(findings=lambda case: iter(found))
    monkeypatch.setattr("orchestration.admission.judge.load_edits", lambda: [edit])
    case = laid_out({("receipts", "USA"): [1.0]}, {}, PLAIN)
    assert [one.reason.edit for one in findings_of(case)] == ["c", "b", "a"]


# Areas


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for name, rows in (
        ("areas/areas.csv", "area,kind,name\nUSA,country,United States\nW00,aggregate,World\n"),
        ("areas/groups.csv", "area,kind,name\nEUX,aggregate,Europe\n"),
        ("area_codes/area_codes__bea.csv", "code_list,code,area\n,us,USA\nOLD,840,USA\nOLD,999,\n"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(rows)
    return tmp_path


def test_areas_and_codes_are_those_of_the_seeds(seeds: Path) -> None:
    areas = areas_of(seeds, "bea")
    assert areas.kinds == {"USA": "country", "W00": "aggregate", "EUX": "aggregate"}
    assert (areas.name("EUX"), areas.name("QQX")) == ("Europe", "QQX")
    assert areas.codes == {"source": {"us": "USA"}, "OLD": {"840": "USA", "999": None}}
    assert areas_of(seeds, "wto").codes == {"source": {}}


def test_what_no_seed_knows_is_unknown_and_the_world_an_aggregate() -> None:
    areas = Areas({"USA": "country", "EUX": "aggregate"}, {}, {})
    assert [kind_of(areas, one) for one in ("USA", "EUX", "W00", "QQX")] == [
        "country", "aggregate", "aggregate", "unknown",
    ]  # fmt: skip


# Long form

Row = tuple[str, int, float | None, date]


def raw(folder: Path, name: str, rows: Sequence[Row], table: str = "figures", resource: str = "receipts") -> RawFile:
    """A raw file of codes, years, values and vintages."""
    columns = {
        "code": [code for code, *_ in rows],
        "name": [code.lower() or None for code, *_ in rows],
        "year": [year for _, year, *_ in rows],
        "value": [value for _, _, value, _ in rows],
        "payload_pointer": [""] * len(rows),
        "resource": [resource] * len(rows),
        "vintage": [vintage for *_, vintage in rows],
        "payload_sha256": [name] * len(rows),
    }
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table(columns, schema=raw_schema(SCHEMA)), path)
    return RawFile("synthetic", table, resource, rows[0][3] if rows else NOW, name, len(rows), path)


def source(**observations: Observations) -> Source:
    return cast(Source, SimpleNamespace(CARD=SOURCE.CARD, RESOURCES=SOURCE.RESOURCES, OBSERVATIONS=observations))


AREAS = Areas({"USA": "country"}, {}, {"source": {"us": "USA", "840": "USA", "none": None}})


def cells(files: Sequence[RawFile], how: Observations) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        name = long_form(source(figures=how), files, AREAS, connection)
        columns = "area, year, value"
        found = connection.execute(f"select {columns} from {name} order by area, year").fetchall()
    return [dict(zip(("area", "year", "value"), row, strict=True)) for row in found]


def test_codes_become_areas_and_what_is_left_out_on_purpose_is_gone(tmp_path: Path) -> None:
    """Two codes of one area are two rows of a figure; a code that no seed knows is its own area."""
    rows: list[Row] = [
        ("us", 2020, 5.0, NOW),
        ("840", 2020, 8.0, NOW),
        ("none", 2020, 9.0, NOW),
        ("QQX", 2020, 1.0, NOW),
    ]
    file = raw(tmp_path, "one", rows)
    assert cells([file], replace(PLAIN, area_list="source")) == [
        {"area": "QQX", "year": 2020, "value": 1.0},
        {"area": "USA", "year": 2020, "value": 8.0},
    ]
    for code_list in (None, "unheard_of"):
        assert [one["area"] for one in cells([file], replace(PLAIN, area_list=code_list))] == [
            "840",
            "QQX",
            "none",
            "us",
        ]


def test_of_several_vintages_the_newest_counts_and_of_one_the_largest(tmp_path: Path) -> None:
    """Vintages may differ; within one vintage the difference is what is stated twice."""
    old, new = (
        raw(tmp_path, "old", [("us", 2020, 50.0, BEFORE)]),
        raw(tmp_path, "new", [("us", 2020, -7.0, NOW), ("us", 2021, 4.0, NOW), ("us", 2021, -6.0, NOW)]),
    )
    found = cells([new, old], PLAIN)
    assert [(one["year"], one["value"]) for one in found] == [
        (2020, -7.0),
        (2021, -6.0),
    ]


def test_only_filled_files_of_a_declared_table_are_read(tmp_path: Path) -> None:
    file = raw(tmp_path, "one", [("us", 2020, 5.0, NOW)])
    for other in (replace(file, table="texts"), replace(file, table="a_table"), replace(file, payload_sha256="")):
        assert cells([other], PLAIN) == []
        assert len(cells([other, file], PLAIN)) == 1


def test_pairs_have_every_series_and_year_of_either_side_and_the_largest_series_where_there_are_many(
    tmp_path: Path,
) -> None:
    now = raw(tmp_path, "now", [("AAA", 2020, 5.0, NOW), ("AAA", 2021, 6.0, NOW), ("BBB", 2020, -70.0, NOW)])
    before = raw(
        tmp_path, "before", [("AAA", 2019, 4.0, BEFORE), ("AAA", 2020, 5.5, BEFORE), ("CCC", 2020, 9.0, BEFORE)]
    )
    with duckdb.connect() as connection:
        first, second = (long_form(source(figures=PLAIN), [one], AREAS, connection) for one in (now, before))
        assert first != second
        series, found = paired(first, second, connection, 10)
        assert series["area"].tolist() == ["AAA", "BBB", "CCC"]
        assert found[["series", "year", "has_now", "has_before"]].to_numpy().tolist() == [
            [0, 2019, False, True], [0, 2020, True, True], [0, 2021, True, False], [1, 2020, True, False], [2, 2020, False, True],
        ]  # fmt: skip
        assert found["now"].tolist()[1:4] == [5.0, 6.0, -70.0]
        assert found["before"].tolist()[:2] == [4.0, 5.5]
        assert paired(first, second, connection, 2)[0]["area"].tolist() == ["BBB", "CCC"]


# Cases


def of_sources(
    tmp_path: Path, how: Observations, new: list[RawFile], before: list[RawFile], others: list[RawFile]
) -> Case:
    context = Context(NOW + timedelta(days=1), Settings(ROOT, tmp_path), {"synthetic": others})
    return case_of(source(figures=how), new, before, context, PARAMETERS)


def test_only_what_the_candidate_brings_is_compared(tmp_path: Path) -> None:
    """Receipts were admitted before; of payments there is no earlier vintage, and other tables and resources stay as they are."""
    new = [
        raw(tmp_path, "n1", [("USA", 2020, 5.0, NOW)]),
        raw(tmp_path, "n2", [("USA", 2020, 7.0, NOW)], resource="payments"),
    ]
    old = raw(tmp_path, "b1", [("USA", 2019, 4.0, BEFORE)])
    others = [
        raw(tmp_path, "b2", [("JPN", 2019, 4.0, BEFORE)], resource="balance"),
        raw(tmp_path, "b3", [("DEU", 2019, 4.0, BEFORE)], table="texts"),
        replace(raw(tmp_path, "b4", [("FRA", 2019, 4.0, BEFORE)]), payload_sha256=""),
    ]
    case = of_sources(tmp_path, PLAIN, new, [old, *others], [])
    assert case.files_before == (old,)
    assert sorted(zip(case.series["area"], case.series["resource"], strict=True)) == [
        ("USA", "payments"),
        ("USA", "receipts"),
    ]
    assert case.years.tolist() == [2019, 2020]


def test_a_table_that_was_never_admitted_is_fresh(tmp_path: Path) -> None:
    new = [
        raw(tmp_path, "n1", [("USA", 2020, 5.0, NOW)]),
        raw(tmp_path, "n2", [("JPN", 2020, 7.0, NOW)], resource="payments"),
    ]
    case = of_sources(tmp_path, PLAIN, new, [raw(tmp_path, "b1", [("USA", 2019, 4.0, BEFORE)])], [])
    assert dict(zip(case.series["area"], case.fresh.tolist(), strict=True)) == {"USA": False, "JPN": True}
    assert case.gap[case.fresh].tolist() == [0.0]
    assert case.vintage_before == BEFORE
    assert of_sources(tmp_path, PLAIN, new, [], []).vintage_before is None


def test_editions_that_repeat_nothing_are_compared_with_all_earlier_ones(tmp_path: Path) -> None:
    days = {
        name: date(year, 7, 1) for name, year in (("e1", 2022), ("e2", 2023), ("e3", 2024), ("e4", 2025), ("e5", 2026))
    }
    one, two, three, four, five = (raw(tmp_path, name, [("USA", day.year, 5.0, day)]) for name, day in days.items())
    empty = replace(raw(tmp_path, "e0", [("USA", 2021, 5.0, date(2021, 7, 1))]), payload_sha256="")
    texts = raw(tmp_path, "t", [("USA", 2021, 5.0, date(2021, 7, 1))], table="texts")
    held = [one, two, three, four, five, empty, texts]
    editions = of_sources(tmp_path, replace(PLAIN, restates=False), [four], [three], held)
    assert sorted(item.payload_sha256 for item in editions.files_before) == ["e1", "e2", "e3"]
    assert of_sources(tmp_path, PLAIN, [four], [three], held).files_before == (three,)


def test_a_candidate_without_figures_has_no_year(tmp_path: Path) -> None:
    case = of_sources(tmp_path, PLAIN, [raw(tmp_path, "n", [])], [], [])
    for matrix in (case.now, case.before, case.stated_now, case.stated_before):
        assert matrix.shape == (0, 0)
    assert findings_of(case) == []


def dated(case: Case, *days: date) -> Case:
    """A case whose receipts were admitted on these days before."""
    return replace(case, files_before=tuple(replace(case.files[0], vintage=day) for day in days))


@pytest.mark.parametrize(
    ("days", "gap", "wider"),
    [
        ((BEFORE,), 184 / 365.25, 1.0),
        ((date(2020, 1, 1), BEFORE), 184 / 365.25, 1.0),
        ((NOW,), 1 / 365.25, 1.0),
        ((NOW - timedelta(days=876),), 876 / 365.25, (876 / 365.25 / 0.6) ** 0.5),
        ((), 0.0, 1.0),
    ],
)
def test_limits_widen_with_the_root_of_the_time_since_the_last_vintage(
    days: tuple[date, ...], gap: float, wider: float
) -> None:
    """In years over 0.6; two vintages of one day are a day apart."""
    case = dated(laid_out({("receipts", "USA"): [1.0]}, {}, PLAIN), *days)
    assert case.gap.tolist() == pytest.approx([gap])
    assert case.wider.tolist() == pytest.approx([wider])


def test_ages_count_from_the_newest_year_of_the_measure() -> None:
    now: Matrix = {
        ("receipts", "USA"): [1.0, 2.0, None, None],
        ("receipts", "JPN"): [1.0, 2.0, 3.0, None],
        ("payments", "USA"): [None, None, None, 4.0],
        ("balance", "USA"): [None] * 4,
    }
    case = laid_out(now, {("receipts", "USA"): [None, None, 9.0, 8.0]}, PLAIN)
    assert case.newest.tolist() == [2, 2, 3, -1]
    assert case.age[[0, 2, 3]].tolist() == [[2, 1, 0, -1], [3, 2, 1, 0], [-1, -2, -3, -4]]
    assert case.history[0].tolist() == [1.0, 2.0, 9.0, 8.0]
    assert case.measure.tolist() == [0, 0, 1, 2]


def test_series_are_of_countries_of_the_world_or_of_aggregates() -> None:
    keys = [("USA", "W00"), ("USA", "JPN"), ("W00", "W00"), ("W00", "USA"), ("USA", "QQX"), ("QQX", "W00")]
    case = laid_out({("receipts", *key, "_T"): [1.0] for key in keys}, {}, PLAIN)
    assert case.is_country.tolist() == [True, True, False, False, False, False]
    assert case.is_world.tolist() == [False, False, True, False, False, False]
    assert case.is_aggregate.tolist() == [False, False, True, True, False, False]
    assert [case.label(row) for row in (0, 1)] == ["receipts/USA", "receipts/USA/JPN"]
    assert [case.words(row) for row in (0, 1)] == ["United States, receipts", "United States with Japan, receipts"]


def test_a_weight_is_the_median_share_of_the_six_newest_years() -> None:
    """Of 10, 20, 30, 40, 50 and 60 percent the lower of the two in the middle; a year without a figure is none."""
    usa: list[Any] = [90.0, 90.0, 10.0, 20.0, 30.0, 40.0, None, 50.0, 60.0]
    now: Matrix = {("receipts", "USA"): usa, ("receipts", "JPN"): [100.0 - (one or 30.0) for one in usa]}
    case = laid_out(now, {}, PLAIN)
    assert case.weight[0] == pytest.approx(0.3)
    assert case.impact[0] == pytest.approx(30.0)


def test_the_whole_is_the_world_s_own_figure_where_that_is_larger() -> None:
    now: Matrix = {
        ("receipts", "USA"): [30.0] * 3,
        ("receipts", "JPN"): [20.0] * 3,
        ("receipts", "W00"): [100.0, 40.0, 100.0],
    }
    case = laid_out(now, {}, PLAIN)
    assert case.total[0].tolist() == [100.0, 50.0, 100.0]
    assert case.weight.tolist() == pytest.approx([0.3, 0.2, 1.0])


def test_an_item_is_weighed_by_the_largest_item_of_its_measure() -> None:
    """Exports of services are 100; royalties of 4, two of them Japan's, are no hundred percent."""
    now: Matrix = {
        ("exports", "USA", "W00", "S"): [60.0] * 3,
        ("exports", "JPN", "W00", "S"): [40.0] * 3,
        ("exports", "USA", "W00", "SH"): [2.0] * 3,
        ("exports", "JPN", "W00", "SH"): [-2.0] * 3,
        ("imports", "JPN", "W00", "SH"): [5.0] * 3,
    }
    case = laid_out(now, {}, PLAIN)
    assert case.weight.tolist() == pytest.approx([0.6, 0.4, 0.02, 0.02, 1.0])


def test_the_vintage_before_weighs_so_that_a_wrong_figure_does_not_make_itself_important() -> None:
    before: Matrix = {("receipts", "USA"): [90.0] * 3, ("receipts", "FJI"): [10.0] * 3}
    now: Matrix = {("receipts", "USA"): [90.0] * 3, ("receipts", "FJI"): [10_000.0] * 3}
    assert laid_out(now, before, PLAIN).weight.tolist() == pytest.approx([0.9, 0.1])


def test_series_of_consequence_are_large_or_of_major_economies() -> None:
    """Of 1,000: Fiji has 9 (below a hundredth), Mauritius 11; Brazil is a major economy. Of an item below a hundredth nobody counts."""
    sizes = {"USA": 970.0, "MUS": 11.0, "FJI": 9.0, "BRA": 1.0, "KOR": 10.0}
    now: Matrix = {("exports", area, "W00", "S"): [size] * 3 for area, size in sizes.items()}
    now |= {("exports", "USA", "W00", "SH"): [9.9] * 3, ("exports", "QQX", "W00", "S"): [500.0] * 3}
    now |= {
        ("exports", "BRA", "FJI", "S"): [1.0] * 3,
        ("exports", "BRA", "USA", "S"): [1.0] * 3,
        ("exports", "W00", "W00", "S"): [500.0] * 3,
    }
    now |= {("rates", area): [1.0] * 3 for area in ("USA", "FJI")}
    case = laid_out(now, {}, replace(PLAIN, ratios=frozenset({"rates"})))
    found = {case.label(row) for row in np.flatnonzero(case.of_consequence).tolist()}
    assert found == {
        "exports/USA/S",
        "exports/MUS/S",
        "exports/BRA/S",
        "exports/KOR/S",
        "exports/BRA/USA/S",
        "exports/W00/S",
        "rates/USA",
    }
    impact = {case.label(row): float(one) for row, one in enumerate(case.impact)}
    assert impact["exports/BRA/S"] == impact["rates/USA"] == 1.0
    assert impact["rates/FJI"] == 0.0
    assert impact["exports/FJI/S"] == pytest.approx(100 * 9 / 1003)
    assert impact["exports/MUS/S"] == pytest.approx(100 * 11 / 1003)
