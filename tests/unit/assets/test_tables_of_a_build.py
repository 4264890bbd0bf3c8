"""What the UI shows of tables while dbt builds them, with an engine that leaves no file of a view. All tables are synthetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import dagster as dg

from orchestration.assets.dbt_assets import Tables, Translator
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from orchestration.transform.engines import Engine
from orchestration.transform.table_report import TableReport

VIEW, TABLE = "model.synthetic.held", "model.synthetic.total"


class Leaving:
    """An engine that has read the table alone."""

    def report(self, settings: Settings, build: Build, name: str) -> TableReport:
        return TableReport(1, {"area": "varchar", "value": "double"}) if name == "total" else TableReport(None, {})


def node(name: str, layer: str, *parents: str) -> dict[str, Any]:
    return {
        "unique_id": f"model.synthetic.{name}",
        "resource_type": "model",
        "language": "sql",
        "name": name,
        "alias": name,
        "schema": layer,
        "fqn": ["synthetic", layer, name],
        "package_name": "synthetic",
        "original_file_path": f"models/{layer}/{name}.sql",
        "depends_on": {"nodes": list(parents)},
        "columns": {
            "area": {"name": "area", "description": "The economy.", "data_type": "varchar"},
            "value": {"name": "value", "description": "The figure.", "data_type": None},
        },
    }


def described(tables: Tables, one: dict[str, Any]) -> dict[str, Any]:
    output = tables.described(dg.Output(None, one["name"]), one)
    return {name: value.value for name, value in output.metadata.items()}


def test_the_columns_of_a_view_are_those_described_and_lead_on(tmp_path: Path) -> None:
    build = Build(tmp_path / "build")
    for one, sql in (
        ("staging/held", "select 'USA' as area, 1 as value"),
        ("marts/total", "select * from staging.held"),
    ):
        compiled = build.target / "compiled" / "synthetic" / "models" / f"{one}.sql"
        compiled.parent.mkdir(parents=True)
        compiled.write_text(sql)
    nodes = {VIEW: node("held", "staging"), TABLE: node("total", "marts", VIEW)}
    manifest = {"nodes": nodes, "sources": {}, "exposures": {}, "metrics": {}}
    (build.target / "manifest.json").write_text(json.dumps(manifest))
    settings = Settings(root=tmp_path, data=tmp_path / "data")
    tables = Tables(settings, build, cast(Engine, Leaving()), manifest, {}, Translator(manifest))
    columns = described(tables, nodes[VIEW])["dagster/column_schema"].columns
    assert [(one.name, one.description) for one in columns] == [("area", "The economy."), ("value", "The figure.")]
    lineage = described(tables, nodes[TABLE])["dagster/column_lineage"].deps_by_column
    assert [(dep.asset_key.path, dep.column_name) for dep in lineage["value"]] == [(["models", "held"], "value")]
