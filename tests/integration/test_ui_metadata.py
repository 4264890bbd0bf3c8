"""Metadata in the UI after a refresh: columns of tables, rows and vintages of raw tables, results of checks."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import pytest

from orchestration.assets.guard_checks import CHECK, metric_key
from orchestration.definitions import build_definitions
from tests.integration.conftest import PublishedCopy


@pytest.fixture(scope="module")
def instance(published_copy: PublishedCopy) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(published_copy.settings.dagster_home)) as opened:
        yield opened


def test_every_raw_table_with_rows_shows_payloads_and_vintages(instance: dg.DagsterInstance) -> None:
    shown: dict[dg.AssetKey, Mapping[str, Any]] = {}
    for key in instance.get_asset_keys(prefix=["raw"]):
        event = instance.get_latest_materialization_event(key)
        assert event is not None
        assert event.asset_materialization is not None
        shown[key] = event.asset_materialization.metadata
    full = [metadata for metadata in shown.values() if metadata["dagster/row_count"].value]
    assert len(full) > 10
    assert all(metadata["payload hashes"].value and metadata["vintages"].value for metadata in full)


def test_every_dbt_table_is_materialised(instance: dg.DagsterInstance, published_copy: PublishedCopy) -> None:
    graph = build_definitions(published_copy.settings).resolve_asset_graph()
    tables = {node.key for node in graph.asset_nodes if node.key.path[0] in ("seeds", "models", "metrics")}
    assert tables <= set(instance.get_asset_keys())
    for node in graph.asset_nodes:
        if node.key.path[0] == "metrics":
            columns = {column.name: column for column in node.metadata["dagster/column_schema"].columns}
            assert columns["value"].description, node.key
    event = instance.get_latest_materialization_event(metric_key("ip_receipts"))
    assert event is not None
    assert event.asset_materialization is not None
    facts: dict[str, Any] = {name: entry.value for name, entry in event.asset_materialization.metadata.items()}
    assert (facts["dagster/row_count"] > 1_000, facts["newest year"]) == (True, 2025)
    assert re.match(r"USA W00 SH receipts, 2025: .* US dollars \(world_bank, vintage ", facts["figure"])


def test_every_run_of_a_check_is_recorded_with_its_result(instance: dg.DagsterInstance) -> None:
    (run,) = instance.get_runs(limit=1)
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    checks = [entry.dagster_event.asset_check_evaluation_data for entry in entries if entry.dagster_event]
    by_key = {(check.asset_key, check.check_name): check for check in checks}
    suite = by_key[metric_key("ip_receipts"), CHECK]
    assert suite.passed
    assert int(str(suite.metadata["expectations evaluated"].value)) > 5
    assert any(check.asset_key.path[0] == "models" for check in checks), "tests of dbt"
