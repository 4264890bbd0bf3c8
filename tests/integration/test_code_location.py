"""The code location as Dagster loads it: every layer is there, every metric has a blocking check, and a release needs them all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.assets.data_folder import PUBLISHING, SHARED
from orchestration.assets.guard_checks import CHECK, metric_key
from orchestration.assets.raw_assets import raw_key
from orchestration.assets.release_asset import RELEASE_KEY
from orchestration.core.errors import BilateralError, GuardError
from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.definitions import build_definitions
from orchestration.sources import load_sources
from orchestration.transform.dbt_runner import parsed_manifest
from tests.integration.conftest import PublishedCopy, copy_tree

LAYERS = {
    "publishers",
    "raw",
    "vintages",
    "seeds",
    "models_staging",
    "models_intermediate",
    "models_marts",
    "models_on_metrics",
    "metrics",
    "release",
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy) -> Settings:
    """A tree and data folder of this module's own, with the published release and its build."""
    folder = tmp_path_factory.mktemp("location")
    shutil.copytree(published_copy.data, folder / "data", symlinks=True)
    return Settings(root=copy_tree(folder / "tree"), data=folder / "data")


@pytest.fixture(scope="module")
def definitions(own: Settings) -> dg.Definitions:
    return build_definitions(own)


def metric_names(own: Settings) -> set[str]:
    return {path.stem for path in (own.dbt_project / "models" / "metrics").glob("*.sql")}


def test_every_asset_has_a_layer_an_owner_and_a_description(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_asset_graph().asset_nodes)
    assert {spec.group_name for spec in specs} == LAYERS
    for spec in specs:
        assert spec.owners, spec.key
        assert spec.kinds, spec.key
        assert spec.description, spec.key


def test_every_raw_table_is_one_asset_and_every_dbt_source_has_one(definitions: dg.Definitions) -> None:
    declared = {raw_key(name, table) for name, source in load_sources().items() for table in source.TABLES}
    graph = definitions.resolve_asset_graph()
    made = {node.key for node in graph.asset_nodes if node.group_name == "raw" and node.is_materializable}
    assert made == declared
    read = {key for node in graph.asset_nodes if node.group_name == "models_staging" for key in node.parent_keys}
    assert declared <= read, "a raw table that no staging model reads is lost on the way"


def suite_checks(own: Settings) -> set[dg.AssetCheckKey]:
    """The checks of every metric's suite."""
    return {dg.AssetCheckKey(metric_key(name), CHECK) for name in metric_names(own)}


def test_every_suite_is_a_blocking_check_and_the_release_needs_all(definitions: dg.Definitions, own: Settings) -> None:
    graph = definitions.resolve_asset_graph()
    suites = suite_checks(own)
    assert suites <= set(graph.asset_check_keys)
    assert all(graph.get(key).blocking for key in suites)
    parents = graph.get(RELEASE_KEY).parent_keys
    assert {metric_key(name) for name in metric_names(own)} <= parents
    assert {node.key for node in graph.asset_nodes if node.group_name == "models_marts"} <= parents


def test_every_dbt_test_is_a_check(definitions: dg.Definitions, own: Settings) -> None:
    nodes = read_json(parsed_manifest(own))["nodes"].values()
    tests = {
        node["name"] for node in nodes if node["resource_type"] == "test" and len(node["depends_on"]["nodes"]) == 1
    }
    assert tests <= {key.name for key in definitions.resolve_asset_graph().asset_check_keys}


def test_every_step_has_its_lock_of_the_data_folder(definitions: dg.Definitions) -> None:
    """As a run of the UI or the daemon executes it; those that build, guard or publish exclude one another."""
    steps = [
        step.definition
        for job in definitions.get_repository_def().get_all_jobs()
        for step in job.nodes
        if job.name != "housekeeping"
    ]
    needed = {step.name: step.required_resource_keys for step in steps if isinstance(step, dg.OpDefinition)}
    assert {"dbt_models", "metric_guards", "release", "raw_ncses"} <= needed.keys()
    assert [name for name, keys in needed.items() if SHARED not in keys] == []
    publishing = {name for name, keys in needed.items() if PUBLISHING in keys}
    assert publishing == {"dbt_models", "metric_guards", "release"}


def test_a_metric_without_a_suite_does_not_load(own: Settings, tmp_path: Path) -> None:
    root = copy_tree(tmp_path / "tree")
    (root / "expectations" / "ip_receipts.py").unlink()
    with pytest.raises(GuardError, match="ip_receipts has no suite"):
        build_definitions(Settings(root=root, data=own.data))


def test_a_wrong_name_among_the_live_sources_is_refused_with_the_nearest(own: Settings) -> None:
    with pytest.raises(BilateralError, match="the unknown source 'world_bnak'") as refused:
        build_definitions(replace(own, feed="live", live_sources=frozenset({"bea", "world_bnak"})))
    assert "did you mean world_bank?" in str(refused.value)


@pytest.mark.campaign
def test_column_lineage_of_a_metric_is_recorded_on_request(definitions: dg.Definitions) -> None:
    """With the metric's suite in the same run, which opens the database after dagster-dbt."""
    config = {"ops": {"dbt_models": {"config": {"column_lineage": True}}}}
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(definitions, dg.AssetSelection.assets(metric_key("ip_cover_ratio")), instance, config)
    assert result.success
    (materialization,) = result.asset_materializations_for_node("dbt_models")
    lineage: Any = materialization.metadata["dagster/column_lineage"]
    parents = lineage.column_lineage.deps_by_column["value"]
    assert {parent.asset_key.path[-1] for parent in parents} == {"ip_receipts", "ip_payments"}


def run(
    definitions: dg.Definitions,
    selection: dg.AssetSelection,
    instance: dg.DagsterInstance,
    config: Mapping[str, Any] | None = None,
) -> dg.ExecuteInProcessResult:
    job = dg.define_asset_job("part", selection=selection, executor_def=dg.in_process_executor)
    location = dg.Definitions.merge(definitions, dg.Definitions(jobs=[job])).resolve_job_def("part")
    return location.execute_in_process(run_config=config, instance=instance, raise_on_error=False)
