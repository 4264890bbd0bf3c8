"""Small synthetic frames in the columns of a metric, for tests of faults and audits."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from orchestration.contracts.metric import COLUMNS
from orchestration.guards.evaluate import validate
from orchestration.guards.faults import prepare
from orchestration.guards.guard_columns import GuardedRows, guarded_rows
from orchestration.guards.suite_results import SuiteResult
from orchestration.guards.suites import Suite
from tests.unit.synthetic_project import figure

SIZES = {"USA": 100.0, "CHN": 60.0, "JPN": 40.0, "NOR": 3.0, "W00": 500.0, "WB_EAS": 120.0}
YEARS = range(2001, 2010)
VINTAGES = ("2011-07-01", "2012-07-01")
_DEFAULTS: dict[str, Any] = figure(metric_id="book_receipts", measure="receipts", area="USA", year=2009, value=1.0)
_DEFAULTS |= {"source": "first_office", "vintage": VINTAGES[-1], "is_preferred": False}


def frame_of(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """A frame with the columns and types of a metric; what a row leaves out is that of one American figure."""
    frame = pd.DataFrame([_DEFAULTS | row for row in rows], columns=list(COLUMNS))
    types = {"year": "int32", "base_year": "Int32", "value": "float64", "vintage": "datetime64[us]"}
    return frame.astype(types | {"is_latest": "bool", "is_preferred": "bool"})


def add_table(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    connection.register("frame", pa.Table.from_pandas(frame, preserve_index=False))
    connection.execute(f"create table {name} as select * replace (vintage::date as vintage) from frame")


@contextmanager
def rows_of_frame(frame: pd.DataFrame) -> Iterator[GuardedRows]:
    """Yield the rows of a frame, in a database of their own."""
    with duckdb.connect() as connection:
        add_table(connection, "rows_of_frame", frame)
        yield guarded_rows(connection, "rows_of_frame")


def validate_frame(suite: Suite, frame: pd.DataFrame) -> SuiteResult:
    """Evaluate a suite over the rows of a frame."""
    with rows_of_frame(frame) as rows:
        return validate(suite, rows)


def receipts() -> pd.DataFrame:
    """Six areas, nine years and two vintages of one source; another source with one withheld cell."""
    rows = [
        {
            "area": area,
            "year": year,
            "value": size * 1.1 ** (year - 2001),
            "vintage": vintage,
            "is_latest": vintage == VINTAGES[-1],
        }
        for vintage in VINTAGES
        for area, size in SIZES.items()
        for year in YEARS
    ]
    second = {"area": "CHN", "source": "second_office", "vintage": "2012-01-01"}
    rows += [second | {"year": 2008, "value": 65.0}, second | {"year": 2009, "value": None, "obs_status": "Q"}]
    return frame_of(rows)


def payments() -> pd.DataFrame:
    """The opposite flow of ``receipts``, half as large."""
    frame = receipts()
    return frame.assign(metric_id="book_payments", measure="payments", value=frame["value"] / 2)


def shares() -> pd.DataFrame:
    """Ratios between partners, in both directions, of one vintage."""
    ratio = {"metric_id": "book_ratio", "measure": "ratio", "unit": "PN", "basis": "derived"}
    return frame_of(
        ratio | {"area": area, "counterpart_area": partner, "value": value + year / 1e4, "year": year}
        for area, partner, value in (("USA", "CHN", 2.0), ("CHN", "USA", 0.5), ("USA", "JPN", 4.0))
        for year in YEARS
    )


def subject(
    metric: str, frames: Mapping[str, pd.DataFrame], formula: str = "as published"
) -> duckdb.DuckDBPyConnection:
    """Return a metric prepared for faults, in a database with these metrics."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("create schema metrics")
    for name, frame in frames.items():
        add_table(connection, f"metrics.{name}", frame)
    prepare(connection, metric, formula, frames.keys())
    return connection


def subject_of(metric: str) -> duckdb.DuckDBPyConnection:
    """Return one of three metrics."""
    frames = {"book_payments": payments(), "book_ratio": shares(), "book_receipts": receipts()}
    return subject(metric, frames, "ratio = sold / bought" if metric == "book_ratio" else "as published")
