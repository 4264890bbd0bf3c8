"""The dbt models as assets: one build in a folder of its own, with what the UI shows of their tables. The models themselves live in dbt_project/."""

import shutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.compat import DBT_PYTHON_VERSION
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.assets.descriptions import check_description, description, tags
from orchestration.assets.failures import as_failure
from orchestration.assets.raw_assets import OWNER
from orchestration.assets.table_metadata import Metadata, metadata_of_tables
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json, write_json
from orchestration.core.progress import say
from orchestration.core.run_policy import DBT_POOL
from orchestration.core.settings import Settings
from orchestration.releases.fingerprint import fingerprint
from orchestration.transform.build import Build, finish_build, latest_build, prepare_build
from orchestration.transform.dbt_failures import dbt_refusal
from orchestration.transform.dbt_runner import dbt_environment, in_environment, parsed_manifest, without_parsing
from orchestration.transform.unit_test_record import proved, remember

BUILD = ["build"]
WITHOUT_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]
"""Unit tests prove formulas on invented rows: they run again when the code has changed, not when a figure has."""

COLUMN_TESTS = {
    "accepted_values",
    "matches_pattern",
    "no_nulls",
    "not_null",
    "relationships",
    "unique",
    "value_between",
    "whole_number",
}
"""Tests of what may stand in a column: they stop a build like any other, but a thousand of them as checks of their own
would take longer to write down than to run, so that the UI shows their number at the table."""

DBT_NOISE = {"invocation_id", "status"}
"""What dbt says of every table alike; the run says it once."""

PROGRESS_EVERY = 250
ROOMS = ("staging", "intermediate", "marts", "metrics")


class ChildDbt(DbtCliResource):
    """dbt as ``python -m orchestration.transform.dbt_process``, which ends when this process ends."""

    @cached_property
    def _cli_version(self) -> Any:
        """The version of dbt in this environment; asking the executable would ask Python, and cost seconds."""
        return DBT_PYTHON_VERSION


class Translator(DagsterDbtTranslator):
    """Asset keys and groups by room; owner from the model's meta."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_source_tests_as_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            table = dbt_resource_props["identifier"]
            return dg.AssetKey(["raw", dbt_resource_props["source_name"], table])
        return dg.AssetKey([_room(dbt_resource_props), dbt_resource_props["name"]])

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        if _test_kind(manifest["nodes"].get(unique_id, {})) in COLUMN_TESTS:
            return None
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(description=check_description(manifest["nodes"][unique_id]))

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return description(dbt_resource_props)

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        return {**super().get_tags(dbt_resource_props), **tags(dbt_resource_props)}

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return _room(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [OWNER]


def model_assets(sources: Mapping[str, Source], settings: Settings, manifest: Path) -> dg.AssetsDefinition:
    """Every model, seed and dbt test; a subset is built on a copy of the latest build, all of it on a new one."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=Translator(), name="dbt_models", pool=DBT_POOL)
    def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        try:
            build = _prepared(settings, sources, context.run_id)
            if context.is_subset:
                shutil.copyfile(latest_build(settings).database, build.database)
            yield from _run(context, dbt, settings, build)
        except BilateralError as error:
            raise as_failure(error) from error

    return dbt_models


def _prepared(settings: Settings, sources: Mapping[str, Source], run: str) -> Build:
    """A build folder and, in it, the fingerprint of just what it holds: a fetch may end while it is being filled."""
    mark = None
    while mark != (seen := fingerprint(settings)):
        mark = seen
        build = prepare_build(settings, sources, run)
    write_json(build.inputs, mark)
    return build


def _run(context: dg.AssetExecutionContext, dbt: DbtCliResource, settings: Settings, build: Build) -> Iterator[Any]:
    with in_environment(dbt_environment(settings, build) | without_parsing(settings)):
        unproved = read_json(parsed_manifest(settings))["unit_tests"].keys() - proved(settings)
        arguments = [*BUILD, *(() if unproved else WITHOUT_UNIT_TESTS)]
        invocation = dbt.cli(arguments, context=context, target_path=build.target)
        events: list[Any] = []
        try:
            events.extend(_events(invocation))
        except DagsterDbtCliRuntimeError:
            refusal = dbt_refusal(build) if (build.target / "run_results.json").exists() else None
            if refusal is None:
                raise
            yield from (event for event in events if isinstance(event, dg.AssetCheckResult))
            raise refusal from None
    manifest = build.manifest()
    tables = metadata_of_tables(build, {**manifest["nodes"], **manifest["sources"]}, Translator().get_asset_key)
    remember(settings, build)
    finish_build(settings, build)
    results = [item["status"] for item in build.run_results()]
    rows = sum(int(table["dagster/row_count"].value) for table in tables.values())
    say(f"dbt      {len(tables)} tables built, {results.count('pass')} tests passed, {rows:,} rows")
    column_tests = passed_column_tests(build)
    for event in events:
        yield _with_tables(event, tables, column_tests)


def _events(invocation: DbtCliInvocation) -> Iterator[Any]:
    """What dbt's results are to Dagster, and its progress on the terminal.

    Tests of columns are no events: Dagster would warn of each that it is no check.
    """
    seen = 0
    for said in invocation.stream_raw_events():
        if not said.is_result_event:
            continue
        seen += 1
        if seen % PROGRESS_EVERY == 0:
            say(f"dbt      {seen} models and tests so far")
        node = invocation.manifest["nodes"].get(said.raw_event["data"]["node_info"]["unique_id"], {})
        if _test_kind(node) not in COLUMN_TESTS:
            yield from said.to_default_asset_events(
                invocation.manifest, invocation.dagster_dbt_translator, invocation.context, invocation.target_path
            )


def _with_tables(event: Any, tables: Mapping[str, Metadata], column_tests: Mapping[str, int]) -> Any:
    if not isinstance(event, dg.Output):
        return event
    name = str(event.metadata["unique_id"].value).rsplit(".", 1)[-1]
    own = {**tables.get(name, {}), "column tests passed": dg.MetadataValue.int(column_tests.get(name, 0))}
    rest = {key: value for key, value in event.metadata.items() if key not in own and key not in DBT_NOISE}
    metadata = {**own, **rest}
    return dg.Output(event.value, event.output_name, metadata=metadata, data_version=event.data_version)


def passed_column_tests(build: Build) -> dict[str, int]:
    """How many tests of columns passed, by the name of the table they look at."""
    passed = {item["unique_id"] for item in build.run_results() if item["status"] == "pass"}
    counts: dict[str, int] = {}
    for key, node in build.manifest()["nodes"].items():
        if key in passed and _test_kind(node) in COLUMN_TESTS and node.get("attached_node"):
            name = node["attached_node"].rsplit(".", 1)[-1]
            counts[name] = counts.get(name, 0) + 1
    return counts


def _test_kind(node: Mapping[str, Any]) -> str | None:
    kind: str | None = (node.get("test_metadata") or {}).get("name")
    return kind


def _room(properties: Mapping[str, Any]) -> str:
    if properties["resource_type"] == "seed":
        return "seeds"
    room = properties["fqn"][1]
    return room if room in ROOMS else "other"
