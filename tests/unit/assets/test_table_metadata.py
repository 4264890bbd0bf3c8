"""What the UI shows of a table: charts first, and columns that link to what they are made from. All figures are synthetic."""

from __future__ import annotations

from typing import Any

import dagster as dg

from orchestration.assets.dbt_assets import Translator
from orchestration.assets.table_metadata import table_metadata
from orchestration.transform.table_report import TableReport

NODE = {"name": "ratio", "columns": {"value": {"description": "The ratio."}, "area": {"description": "The economy."}}}
KEYS = {name: dg.AssetKey(["metrics", name]) for name in ("receipts", "payments")}
ORIGINS = {
    "area": [("receipts", "area"), ("receipts", "code")],
    "value": [("payments", "value"), ("receipts", "value")],
    "unit": [],
}


def point(year: int, value: float) -> dict[str, Any]:
    fixed = {"measure": "ratio", "counterpart_area": "W00", "item": "_T", "clock": "reference_year", "authority": "_Z"}
    return {"year": year, "value": value, "area": "USA", "unit": "PN", "source": "synthetic", **fixed}


def test_a_table_shows_charts_first_and_links_in_the_descriptions_of_columns() -> None:
    columns = {"area": "varchar", "value": "double", "unit": "varchar"}
    series = {"USA": [point(year, year - 1970.0) for year in range(1970, 2026)], "CHN": [point(2025, 1.0)]}
    report = TableReport(3, columns, [{"area": "USA"}], "2025-07-01", [(2024, 1), (2025, 2)], series)
    found = table_metadata(report, NODE, ORIGINS, KEYS)
    assert list(found)[:2] == ["trend of USA", "rows by year"]
    schema: Any = found["dagster/column_schema"].value
    described = {column.name: column.description for column in schema.columns}
    assert described["area"] == "The economy.\n\nFrom [metrics/receipts](/assets/metrics/receipts) `area`, `code`."
    links = "[metrics/payments](/assets/metrics/payments) `value`; [metrics/receipts](/assets/metrics/receipts) `value`"
    value, origin, line = str(described["value"]).split("\n\n")
    assert (value, origin) == ("The ratio.", f"From {links}.")
    assert line.startswith("USA ▄▄▅")
    assert line.endswith("█ 1996: 26, 2025: 55")
    assert described["unit"] is None
    lineage: Any = found["dagster/column_lineage"].value
    assert [dep.column_name for dep in lineage.deps_by_column["area"]] == ["area", "code"]


def test_a_table_without_lineage_keeps_its_descriptions() -> None:
    found = table_metadata(TableReport(0, {"area": "varchar"}), NODE, None, KEYS)
    schema: Any = found["dagster/column_schema"].value
    assert [column.description for column in schema.columns] == ["The economy."]
    assert "dagster/column_lineage" not in found


def test_columns_of_a_model_come_from_its_build_alone_which_the_ui_would_not_show_otherwise() -> None:
    columns = {"area": {"name": "area", "data_type": "varchar", "description": "The economy.", "tags": []}}
    manifest: dict[str, Any] = {"nodes": {}, "sources": {}, "metadata": {}}

    def defined(kind: str) -> Any:
        node = {"resource_type": kind, "columns": columns, "schema": "metrics", "alias": "ratio", "name": "ratio"}
        return Translator(manifest).get_metadata(node)

    assert "dagster/column_schema" not in defined("model")
    assert "dagster/column_schema" in defined("seed")
