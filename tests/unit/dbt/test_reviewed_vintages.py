"""Reviews are bound to their vintage and areas: made-up rows that pass, and faults that are shown."""

from hashlib import md5
from typing import Any

import pytest

from tests.unit.dbt.test_earlier_days_and_corrections import shown
from tests.unit.on_duckdb import Rows

KEY: dict[str, Any] = {
    "source": "s",
    "resource": "r",
    "series": "x",
    "vintage": "2018-08-01",
    "area": "CHN",
    "counterpart_area": "W00",
    "item": "SH",
}
WRITTEN: Rows = [
    KEY | {"year": year, "value": value, "line": f"{value} USD A"} for year, value in ((2016, 1.0), (2017, 2.0))
]
REVIEWED: Rows = [
    KEY
    | {
        "first_year": 2016,
        "last_year": 2017,
        "digest": md5(b"2016 1.0 USD A;2017 2.0 USD A", usedforsecurity=False).hexdigest()[:6],
    }
]
FILE: dict[str, Any] = {"source": "s", "resource": "r", "vintage": "2018-08-01", "feed": "bundle", "row_count": 2}


def offences(written: Rows, *files: dict[str, Any], reviewed: Rows = REVIEWED) -> Rows:
    return shown(
        "reviewed_figures_hold",
        int_vintages_written=written,
        int_vintages_reviewed=reviewed,
        stg_catalogue__vintages=[*(files or (FILE,))],
    )


@pytest.mark.parametrize(
    "more",
    [
        {"area": "USA"},
        {"vintage": "2026-07-01", "value": 900.0, "line": "900.0 USD A"},
        {"year": 2018},
        {"year": 1990},
        {"item": "SH1"},
        {"counterpart_area": "USA"},
    ],
)
def test_more_than_was_reviewed_passes(more: dict[str, Any]) -> None:
    assert offences([*WRITTEN, WRITTEN[0] | more]) == []


@pytest.mark.parametrize(
    "written",
    [
        [WRITTEN[0], WRITTEN[1] | {"value": 2.1, "line": "2.1 USD A"}],
        [WRITTEN[0], WRITTEN[1] | {"line": "2.0 USD E"}],
        [WRITTEN[0] | {"year": 2017}, WRITTEN[1] | {"year": 2016}],
        WRITTEN[:1],
        [row | {"area": "USA"} for row in WRITTEN],
        [row | {"item": "SJ"} for row in WRITTEN],
        [row | {"series": "y"} for row in WRITTEN],
    ],
)
def test_changed_or_missing_reviewed_figures_are_shown(written: Rows) -> None:
    beside = [row | {"area": "DEU"} for row in WRITTEN]
    (row,) = offences([*written, *beside])
    assert (row["source"], row["area"], row["vintage"].isoformat()) == ("s", "CHN", "2018-08-01")


@pytest.mark.parametrize("other", [{"vintage": "2026-07-01"}, {"resource": "another"}, {"source": "t"}])
def test_a_vintage_that_the_build_lacks_is_not_missed(other: dict[str, Any]) -> None:
    """A bundle that ships less, or a build as of an earlier day: no raw file bears the vintage."""
    named = FILE | {"vintage": "2017-01-01"}
    assert offences([row | other for row in WRITTEN], FILE | other, named) == []


def test_resources_named_per_series_are_held_by_vintage() -> None:
    reviewed = [REVIEWED[0] | {"resource": "yearbook"}]
    assert offences([row | {"resource": "yearbook"} for row in WRITTEN], FILE, reviewed=reviewed) == []
    assert len(offences(WRITTEN, FILE, reviewed=reviewed)) == 1


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ({}, 0),
        ({"vintage": "2026-07-01"}, 1),
        ({"vintage": "2026-07-01", "feed": "live"}, 0),
        ({"vintage": "2026-07-01", "source": "of a source nobody reviewed yet"}, 0),
        ({"resource": "another"}, 1),
    ],
)
def test_a_vintage_in_the_bundle_that_nobody_reviewed_is_shown(file: dict[str, Any], count: int) -> None:
    rows = shown(
        "shipped_vintages_are_reviewed", int_vintages_reviewed=REVIEWED, stg_catalogue__vintages=[FILE, FILE | file]
    )
    assert len(rows) == count
    assert all("review-coverage" in row["what_to_do"] for row in rows)
