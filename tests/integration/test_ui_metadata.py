"""What the UI has to show of a refresh: rows, columns, first rows, pictures, and columns that lead back to a publisher's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from statistics import median
from typing import Any

import dagster as dg
import pytest

from orchestration.assets.dbt_assets import model_key
from orchestration.assets.guard_checks import metric_key
from orchestration.core.files import read_json
from orchestration.ingestion.raw_tables import raw_schema
from orchestration.sources import load_sources
from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy


@pytest.fixture(scope="module")
def shown(published_copy: PublishedCopy) -> Iterator[Mapping[dg.AssetKey, Mapping[str, Any]]]:
    """The metadata of every asset's newest materialisation, out of the history that the refresh wrote."""
    with dg.DagsterInstance.from_config(str(published_copy.settings.dagster_home)) as instance:
        found = {}
        for record in instance.get_asset_records():
            if event := record.asset_entry.last_materialization:
                assert event.asset_materialization is not None
                found[record.asset_entry.asset_key] = event.asset_materialization.metadata
        yield found


def test_every_table_with_rows_shows_its_columns_and_first_rows(
    shown: Mapping[dg.AssetKey, Mapping[str, Any]],
) -> None:
    tables = {key: metadata for key, metadata in shown.items() if key.path[0] in ("seeds", "models", "metrics")}
    assert len(tables) > 100
    for key, metadata in tables.items():
        assert metadata["dagster/column_schema"].value.columns, key
        rows = metadata.get("dagster/row_count")  # a view is not worked out for a look at it
        assert bool(rows and rows.value) == ("first rows" in metadata), key


def test_tables_appear_while_dbt_runs(published_copy: PublishedCopy) -> None:
    results = read_json(latest_build(published_copy.settings).target / "run_results.json")
    ended = datetime.fromisoformat(results["metadata"]["generated_at"]).timestamp()
    with dg.DagsterInstance.from_config(str(published_copy.settings.dagster_home)) as instance:
        stored = [
            event.timestamp
            for record in instance.get_asset_records()
            if record.asset_entry.asset_key.path[0] in ("seeds", "models", "metrics")
            and (event := record.asset_entry.last_materialization)
        ]
    assert len(stored) > 100
    assert median(stored) < ended


def test_every_metric_with_figures_shows_pictures_and_vintages(
    shown: Mapping[dg.AssetKey, Mapping[str, Any]],
) -> None:
    metrics = [one for key, one in shown.items() if key.path[0] == "metrics" and one["dagster/row_count"].value]
    assert len(metrics) > 10
    assert all("vintages" in one for one in metrics)
    receipts = shown[metric_key("ip_receipts")]
    for area in ("USA", "CHN"):
        assert f"receipts {area} W00 SH, USD" in receipts[f"trend of {area}"].value
        assert "data:image/svg+xml;base64," in receipts[f"trend of {area}"].value


def test_the_columns_of_a_metric_lead_back_to_the_publishers_own(
    shown: Mapping[dg.AssetKey, Mapping[str, Any]],
) -> None:
    reached, waiting = set(), {(metric_key("ip_cover_ratio"), "value")}
    while waiting:
        key, column = waiting.pop()
        reached.add((key, column))
        lineage = shown.get(key, {}).get("dagster/column_lineage")
        deps = lineage.value.deps_by_column.get(column, []) if lineage else []
        waiting |= {(dep.asset_key, dep.column_name) for dep in deps} - reached
    schema = shown[metric_key("ip_cover_ratio")]["dagster/column_schema"].value
    (value,) = [column for column in schema.columns if column.name == "value"]
    links = "[metrics/ip_payments](/assets/metrics/ip_payments) `value`; [metrics/ip_receipts](/assets/metrics/ip_receipts) `value`"
    _, made_from, *charts = str(value.description).split("\n\n")
    assert made_from == f"From {links}."
    assert any(chart.startswith("USA ") and "█" in chart for chart in charts)
    tables = {
        (name, table): raw_schema(schema)
        for name, one in load_sources().items()
        for table, schema in one.TABLES.items()
    }
    raw = {(key.path[1], key.path[2], column) for key, column in reached if key.path[0] == "raw"}
    assert {("world_bank", "value"), ("safe", "Value")} <= {(source, column) for source, _, column in raw}
    published = {one for one in raw if one[0] != "catalogue"}  # corrections and claims are no published tables
    assert all(column in tables[source, table].names for source, table, column in published), "a declared column"


def test_every_raw_table_with_rows_shows_them_by_vintage(shown: Mapping[dg.AssetKey, Mapping[str, Any]]) -> None:
    raw = [one for key, one in shown.items() if key.path[0] == "raw" and one["dagster/row_count"].value]
    assert len(raw) > 10
    for metadata in raw:
        assert metadata["payload hashes"].value
        assert metadata["vintages"].value.split(", ")[-1] in metadata["rows by vintage"].value
        assert metadata["first rows of the newest vintage"].value.count("\n") >= 2, "a head and a row"


def test_every_group_of_a_suite_and_of_dbt_tests_is_a_check_with_its_result(published_copy: PublishedCopy) -> None:
    anchors = dg.AssetCheckKey(metric_key("ip_receipts"), "anchors")
    agreement = dg.AssetCheckKey(model_key("fct_indicator"), "agreement")
    with dg.DagsterInstance.from_config(str(published_copy.settings.dagster_home)) as instance:
        records = instance.event_log_storage.get_latest_asset_check_execution_by_key([anchors, agreement])
    shown = {}
    for key, record in records.items():
        assert record.event is not None
        assert record.event.dagster_event is not None
        shown[key] = record.event.dagster_event.asset_check_evaluation_data
    assert all(one.passed for one in shown.values())
    assert int(str(shown[anchors].metadata["expectations evaluated"].value)) > 5
    assert shown[anchors].metadata["expectations failed"].value == 0
    assert "failed 1" not in shown[anchors].metadata
    assert int(str(shown[agreement].metadata["tests"].value)) > 5, "tests that read several tables are among them"
