"""What edits look at: areas, figures in long form, a candidate beside the vintage before, weights, and the words of findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.admission.case import Case, Context, case_of
from orchestration.admission.figures import Areas, long_form
from orchestration.admission.judge import findings_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.contracts.observation import Observations
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile, raw_schema
from tests.unit.admission.synthetic_vintage import BEFORE, NOW, ROOT, SCHEMA, SOURCE, Matrix, laid_out

PLAIN = Observations(area="code", year="year", value="value")

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
        answer = connection.execute(f"select {columns} from {name} order by area, year").fetchall()
    return [dict(zip(("area", "year", "value"), row, strict=True)) for row in answer]


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
        assert [cell["area"] for cell in cells([file], replace(PLAIN, area_list=code_list))] == [
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
    figures = cells([new, old], PLAIN)
    assert [(figure["year"], figure["value"]) for figure in figures] == [
        (2020, -7.0),
        (2021, -6.0),
    ]


def of_sources(
    tmp_path: Path, how: Observations, new: list[RawFile], before: list[RawFile], others: list[RawFile]
) -> Case:
    context = Context(Settings(ROOT, tmp_path), {"synthetic": others})
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


def test_editions_that_repeat_nothing_are_compared_with_all_earlier_ones(tmp_path: Path) -> None:
    days = {
        name: date(year, 7, 1) for name, year in (("e1", 2022), ("e2", 2023), ("e3", 2024), ("e4", 2025), ("e5", 2026))
    }
    first, two, three, four, five = (raw(tmp_path, name, [("USA", day.year, 5.0, day)]) for name, day in days.items())
    empty = replace(raw(tmp_path, "e0", [("USA", 2021, 5.0, date(2021, 7, 1))]), payload_sha256="")
    texts = raw(tmp_path, "t", [("USA", 2021, 5.0, date(2021, 7, 1))], table="texts")
    held = [first, two, three, four, five, empty, texts]
    editions = of_sources(tmp_path, replace(PLAIN, restates=False), [four], [three], held)
    assert sorted(item.payload_sha256 for item in editions.files_before) == ["e1", "e2", "e3"]
    assert of_sources(tmp_path, PLAIN, [four], [three], held).files_before == (three,)


def test_a_candidate_without_figures_has_no_year(tmp_path: Path) -> None:
    case = of_sources(tmp_path, PLAIN, [raw(tmp_path, "n", [])], [], [])
    for matrix in (case.now, case.before):
        assert matrix.shape == (0, 0)
    assert findings_of(case) == []


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
    labels = {case.label(row) for row in np.flatnonzero(case.of_consequence).tolist()}
    assert labels == {
        "exports/USA/S",
        "exports/MUS/S",
        "exports/BRA/S",
        "exports/KOR/S",
        "exports/BRA/USA/S",
        "exports/W00/S",
        "rates/USA",
    }
    impact = {case.label(row): float(share) for row, share in enumerate(case.impact)}
    assert impact["exports/BRA/S"] == impact["rates/USA"] == 1.0
    assert impact["rates/FJI"] == 0.0
    assert impact["exports/FJI/S"] == pytest.approx(100 * 9 / 1003)
    assert impact["exports/MUS/S"] == pytest.approx(100 * 11 / 1003)
