"""Metadata of a table in the Dagster UI: rows, columns and their origins, first rows, small charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import dagster as dg

from orchestration.assets import markdown
from orchestration.assets.column_links import with_links
from orchestration.transform.column_lineage import Columns, Origins
from orchestration.transform.table_report import TableReport

Metadata: TypeAlias = dict[str, dg.MetadataValue[Any]]

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 16
"""Rows and columns of a preview; the schema beside it lists all columns."""

SPARKLINE_POINTS = 30
"""The newest points of a series that fit one line of a column's description."""


def table_metadata(
    report: TableReport, node: Mapping[str, Any], origins: Origins | None, keys: Mapping[str, dg.AssetKey]
) -> Metadata:
    """The metadata of one table, in the order in which the UI shows it: charts first.

    ``node`` is its node of the manifest; ``keys`` are the asset keys of nodes and sources by their unique id.
    """
    lineage = None if origins is None else _lineage(origins, keys)
    charts = {f"trend of {area}": _series(points) for area, points in report.series.items()}
    charts["rows by year"] = markdown.trend(report.rows_by_year, "rows")
    found: Metadata = {name: dg.MetadataValue.md(chart) for name, chart in charts.items() if chart}
    described = with_links(node["columns"], lineage or {})
    if lines := [_sparkline(area, points) for area, points in report.series.items() if len(points) > 1]:
        described["value"] = {"description": "\n\n".join([described["value"]["description"], *lines])}
    found["dagster/column_schema"] = column_schema(report.columns, described)
    if report.rows is not None:
        found["dagster/row_count"] = dg.MetadataValue.int(report.rows)
    if lineage is not None:
        found["dagster/column_lineage"] = dg.MetadataValue.column_lineage(dg.TableColumnLineage(deps_by_column=lineage))
    if report.vintages:
        found["vintages"] = dg.MetadataValue.text(report.vintages)
    if report.first_rows:
        names = [
            name for name in report.first_rows[0] if {row[name] for row in report.first_rows} - {None, node["name"]}
        ]
        found["first rows"] = dg.MetadataValue.md(markdown.table(report.first_rows, names))
    return found


def column_schema(columns: Columns, described: Mapping[str, Mapping[str, Any]]) -> dg.MetadataValue[Any]:
    """Columns with their types and, where there is one, the description in the ``.yml`` of the model."""
    return dg.MetadataValue.table_schema(
        dg.TableSchema(
            columns=[
                dg.TableColumn(column, kind, description=(described.get(column) or {}).get("description") or None)
                for column, kind in columns.items()
            ]
        )
    )


def _lineage(origins: Origins, keys: Mapping[str, dg.AssetKey]) -> dict[str, list[dg.TableColumnDep]]:
    return {
        column: [dg.TableColumnDep(asset_key=keys[unique_id], column_name=name) for unique_id, name in sources]
        for column, sources in origins.items()
    }


def _series(rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    named = ("measure", "area", "counterpart_area", "item", "clock", "authority")
    words = " ".join(first[one] for one in named if first[one] not in ("_T", "_Z", "reference_year"))
    return markdown.trend(_points(rows), f"{words}, {first['unit']}, {first['source']}")


def _sparkline(area: str, rows: list[dict[str, Any]]) -> str:
    """The same series on one line, for the description of its column."""
    points = sorted(_points(rows))[-SPARKLINE_POINTS:]
    (first, begin), (last, end) = points[0], points[-1]
    return f"{area} {markdown.sparkline(points)} {first}: {markdown.plain(begin)}, {last}: {markdown.plain(end)}"


def _points(rows: list[dict[str, Any]]) -> list[tuple[int, float]]:
    return [(row["year"], row["value"]) for row in rows]
