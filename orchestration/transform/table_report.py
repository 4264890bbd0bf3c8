"""What dbt reports of each table right after it was built, for the Dagster UI; see macros/table_report.sql."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow.parquet as pq

from orchestration.transform.build import Build
from orchestration.transform.column_lineage import Columns

REPORTS = "BILATERAL_TABLE_REPORTS"
"""The environment variable with the folder of a build's reports."""

_SERIES = "series_"


@dataclass(frozen=True)
class TableReport:
    """The rows, columns and first rows of one table; the oldest and newest vintage; figures for small charts.

    A view has columns alone, and no number of rows.

    ``rows_by_year`` are (year, rows); ``series`` are, by area, the points of its longest series in a metric.
    """

    rows: int | None
    columns: Columns
    first_rows: list[dict[str, Any]] = field(default_factory=list)
    vintages: str | None = None
    rows_by_year: list[tuple[int, int]] = field(default_factory=list)
    series: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


def read_table_report(build: Build, name: str) -> TableReport:
    """The report of a table by the name of its model or seed."""
    (row,) = pq.read_table(build.reports / f"{name}.parquet").to_pylist()
    return TableReport(
        row["row_count"],
        {column["name"]: column["type"] for column in row["columns"]},
        row["first_rows"] or [],
        row["vintages"],
        [(point["year"], point["n"]) for point in row["rows_by_year"] or ()],
        {key.removeprefix(_SERIES): points for key, points in row.items() if key.startswith(_SERIES) and points},
    )
