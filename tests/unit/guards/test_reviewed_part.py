"""A suite judges by sizes and presence what a person reviewed, and every row by its form. All figures are synthetic."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.core.settings import Settings
from orchestration.guards.evaluate import SUPERSEDED
from orchestration.guards.reviewed_part import as_newest_sql, read_reviewed
from orchestration.guards.suites import Suite, load_suite
from orchestration.transform.reviewed_seeds import REVIEWED_AREAS
from tests.unit.guards.synthetic_frames import rows_of_frame, validate_frame
from tests.unit.synthetic_project import figure, write_expectations

OLD, NEW = "2025-12-17", "2026-07-01"
METRIC = "synthetic_metric"
UNITS = "gxe.ExpectColumnValuesToBeInSet(column='unit', value_set=['USD'], meta={'fault': 'another unit'})"
SIZES = "gxe.ExpectColumnValuesToBeBetween(column='value', min_value=0, max_value=10, meta={'fault': 'a unit slip'})"
AREAS = "ExpectCodes(column='area', codes=['AAA', 'BBB'], where='is_latest', meta={'fault': 'an economy dropped'})"
ROWS = "ExpectRows(between=(2, None), meta={'since': '2025-12-17'})"


def suite(folder: Path, *expectations: str) -> Suite:
    """The suite of a metric of which the areas AAA and BBB were reviewed, in one vintage."""
    settings = Settings(root=folder, data=folder)
    write_expectations(settings, *expectations)
    (settings.expectations / REVIEWED_AREAS).write_text(
        "metric_id,source,vintage,counterpart_area,areas\n"
        f"{METRIC},bea,{OLD},W00,AAA BBB\nanother_metric,bea,{NEW},W00,AAA BBB CCC\n"
    )
    return load_suite(settings.expectations, METRIC)


def frame(*figures: Mapping[str, Any]) -> pd.DataFrame:
    rows = pd.DataFrame([{**figure(source="bea", counterpart_area="W00", vintage=OLD), **row} for row in figures])
    return rows.assign(vintage=pd.to_datetime(rows["vintage"]), base_year=pd.array([None] * len(rows), "Int64"))


BOTH: tuple[dict[str, Any], ...] = ({"area": "AAA"}, {"area": "BBB"})
LATER: list[dict[str, Any]] = [{"area": area, "vintage": NEW, "value": 500.0} for area in ("AAA", "CCC")]


def failed(suite: Suite, rows: pd.DataFrame) -> list[str]:
    return [item.fault for item in validate_frame(suite, rows).failures]


def test_what_was_reviewed_is_read_for_its_metric_alone(tmp_path: Path) -> None:
    reviewed = suite(tmp_path, SIZES).reviewed
    assert reviewed == {("bea", date.fromisoformat(OLD), area, "W00") for area in ("AAA", "BBB")}
    assert read_reviewed(tmp_path / "expectations", "of nobody") == frozenset()


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        (LATER, []),
        ([{"area": "CCC", "value": 500.0}], []),
        ([{"area": "AAA", "vintage": NEW, "unit": "PT"}], ["another unit"]),
        ([{"area": "CCC", "unit": "PT"}], ["another unit"]),
        ([{"area": "AAA", "year": 2023, "value": 500.0}], ["a unit slip"]),
    ],
)
def test_sizes_bind_reviewed_rows_alone(tmp_path: Path, more: list[dict[str, Any]], faults: list[str]) -> None:
    reviewed = suite(tmp_path, UNITS, SIZES, AREAS, ROWS)
    superseded = [{**row, "is_latest": not any("vintage" in later for later in more)} for row in BOTH]
    assert failed(reviewed, frame(*superseded, *more)) == faults


def test_missing_reviewed_rows_are_noticed(tmp_path: Path) -> None:
    reviewed = suite(tmp_path, AREAS)
    assert failed(reviewed, frame({"area": "AAA"})) == ["an economy dropped"]
    assert failed(reviewed, frame({"area": "AAA"}, *LATER)) == ["an economy dropped"]
    assert failed(reviewed, frame({"area": "AAA"}, {"area": "CCC"})) == ["an economy dropped"]
    (result,) = validate_frame(reviewed, frame(*LATER)).results
    assert (result.passed, result.observed) == (True, SUPERSEDED)


def test_a_metric_that_nobody_reviewed_is_judged_whole(tmp_path: Path) -> None:
    reviewed = suite(tmp_path, SIZES)
    folder = tmp_path / "expectations"
    (folder / REVIEWED_AREAS).unlink()
    assert failed(load_suite(folder, METRIC), frame(*BOTH, *LATER)) == ["a unit slip"]
    assert reviewed.sha256 != load_suite(folder, METRIC).sha256, "a receipt records what was reviewed"


def test_superseded_rows_become_the_latest_without_later_vintages() -> None:
    """AAA is the latest although a bound followed it; BBB was superseded by a vintage that is out of the frame."""
    rows = frame(
        {"area": "AAA", "value": 7.1, "is_latest": True},
        {"area": "AAA", "value": None, "vintage": NEW, "is_latest": False},
        {"area": "BBB", "value": 3.0, "vintage": NEW, "is_latest": False},
    )
    with rows_of_frame(rows) as known:
        query = f"select is_latest from ({as_newest_sql(known.relation)}) order by guard_row"
        assert known.connection.execute(query).fetchall() == [(True,), (False,), (True,)]


@pytest.mark.parametrize(
    ("day", "expectation", "is_later"),
    [
        (None, AREAS, False),
        (date(2025, 12, 16), AREAS, True),
        (date(2025, 12, 17), AREAS, False),
        (date(2025, 12, 16), SIZES, False),
    ],
)
def test_presence_is_not_judged_of_earlier_days(
    tmp_path: Path, day: date | None, expectation: str, is_later: bool
) -> None:
    reviewed = suite(tmp_path, expectation)
    older = {("bea", date(2024, 12, 17), "AAA", "W00")}
    for vintages in (reviewed.reviewed, reviewed.reviewed | older):
        only = replace(reviewed, reviewed=vintages)
        assert [only.is_published_later(item, day) for item in only.expectations] == [is_later]
