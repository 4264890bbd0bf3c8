"""Metadata of a table in the Dagster UI: rows, columns and their origins, first rows, small charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import dagster as dg

from orchestration.assets import markdown
from orchestration.transform.column_lineage import Columns, Origins
from orchestration.transform.table_report import TableReport

Metadata: TypeAlias = dict[str, dg.MetadataValue[Any]]

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 16
"""Rows and columns of a preview; the schema beside it lists all columns."""


def table_metadata(
    report: TableReport, node: Mapping[str, Any], origins: Origins | None, keys: Mapping[str, dg.AssetKey]
) -> Metadata:
    """The metadata of one table.

    ``node`` is its node of the manifest; ``keys`` are the asset keys of nodes and sources by their unique id.
    """
    found: Metadata = {
        "dagster/column_schema": column_schema(report.columns, node["columns"]),
        "dagster/row_count": dg.MetadataValue.int(report.rows),
        **(_lineage(origins, keys) if origins is not None else {}),
    }
    if report.first_rows:
        names = [
            name for name in report.first_rows[0] if {row[name] for row in report.first_rows} - {None, node["name"]}
        ]
        found["first rows"] = dg.MetadataValue.md(markdown.table(report.first_rows, names))
    if report.vintages:
        found["vintages"] = dg.MetadataValue.text(report.vintages)
    charts = {"rows by year": markdown.trend(report.rows_by_year, "rows")}
    charts |= {f"trend of {area}": _series(points) for area, points in report.series.items()}
    return found | {name: dg.MetadataValue.md(chart) for name, chart in charts.items() if chart}


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


def _lineage(origins: Origins, keys: Mapping[str, dg.AssetKey]) -> Metadata:
    deps = {
        column: [dg.TableColumnDep(asset_key=keys[unique_id], column_name=name) for unique_id, name in sources]
        for column, sources in origins.items()
    }
    rows = [
        {
            "column": column,
            "made from": ", ".join(f"{one.asset_key.to_user_string()}.{one.column_name}" for one in made),
        }
        for column, made in deps.items()
    ]
    return {
        "dagster/column_lineage": dg.MetadataValue.column_lineage(dg.TableColumnLineage(deps_by_column=deps)),
        # the open-source UI stores column lineage and does not draw it
        "columns made from": dg.MetadataValue.md(markdown.table(rows, longest=markdown.LIST_LONGEST)),
    }


def _series(rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    named = ("measure", "area", "counterpart_area", "item", "clock", "authority")
    words = " ".join(first[one] for one in named if first[one] not in ("_T", "_Z", "reference_year"))
    points = [(row["year"], row["value"]) for row in rows]
    return markdown.trend(points, f"{words}, {first['unit']}, {first['source']}")
