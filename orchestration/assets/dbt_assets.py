"""The dbt models, seeds and tests as assets and checks, reported to the UI while dbt builds them."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from queue import SimpleQueue
from threading import Thread
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliEventMessage,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    build_dbt_asset_specs,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from packaging.version import Version

from orchestration.assets.data_folder import PUBLISHING, SHARED
from orchestration.assets.dbt_checks import CheckResults, check_groups
from orchestration.assets.descriptions import description, is_metric, kinds, tags
from orchestration.assets.failures import as_failure
from orchestration.assets.page_links import page_links
from orchestration.assets.raw_assets import OWNER
from orchestration.assets.table_metadata import table_metadata
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json, write_json
from orchestration.core.progress import say
from orchestration.core.run_policy import DBT_POOL
from orchestration.core.settings import Settings
from orchestration.guards.evaluate import load_library
from orchestration.releases.fingerprint import fingerprint
from orchestration.transform.build import Build, finish_build, latest_build, opened, prepare_build
from orchestration.transform.column_lineage import Columns, column_origins, column_types
from orchestration.transform.dbt_failures import dbt_refusal
from orchestration.transform.dbt_runner import build_environment, in_environment, keep_parse, parsed_manifest
from orchestration.transform.engines import Engine, engine
from orchestration.transform.unit_test_record import proved, remember

DBT = "dbt"
"""The name of the resource that runs dbt."""

BUILD = ["build"]
WITHOUT_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]
"""Unit tests prove formulas on invented rows: one runs again when the code that it rests on has changed, not when the data have."""

DBT_NOISE = {"invocation_id", "status"}
"""Metadata that dbt gives every table alike."""

PROGRESS_EVERY = 250
SECONDS_TO_END = 30.0
LAYERS = ("staging", "intermediate", "marts")
METRICS, MODELS = "metrics", "models"
"""How the keys and groups of all models but metrics begin: the UI sorts by name, so that metrics come first."""


class Dbt(DbtCliResource):
    """dbt as dagster-dbt runs it, without what it prepares for queries of its own, which nobody asks here: that takes a second."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


class Translator(DagsterDbtTranslator):
    """Asset keys and groups by layer, and one check for each table and group of tests."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=False))
        nodes = {**manifest["nodes"], **manifest["sources"]}
        self._on_metrics = _made_from_metrics(manifest)
        self.checks = {
            dg.AssetCheckKey(self.get_asset_key(nodes[group.table]), group.name): group
            for group in check_groups(manifest)
        }

    def check_specs(self) -> list[dg.AssetCheckSpec]:
        """A check for each group; dagster-dbt itself would make one of each test."""
        return [
            dg.AssetCheckSpec(key.name, asset=key.asset_key, blocking=group.stops, description=group.description)
            for key, group in self.checks.items()
        ]

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            table = dbt_resource_props["identifier"]
            return dg.AssetKey(["raw", dbt_resource_props["source_name"], table])
        return dg.AssetKey([_prefix(dbt_resource_props), dbt_resource_props["name"]])

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Kinds by what computes the table and what guards it."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id)
        return spec.replace_attributes(kinds=kinds(node)) if node else spec

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return description(dbt_resource_props)

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Links to pages. Without the columns of a model: the UI would show their descriptions instead of those of the newest build,
        which link."""
        metadata = {**super().get_metadata(dbt_resource_props), **page_links(dbt_resource_props)}
        is_model = dbt_resource_props["resource_type"] == "model"
        return {name: value for name, value in metadata.items() if not (is_model and name == "dagster/column_schema")}

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        return {**super().get_tags(dbt_resource_props), **tags(dbt_resource_props)}

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer; models that are made from metrics have a group behind them, so that the graph of groups flows one way."""
        prefix = _prefix(dbt_resource_props)
        if prefix != MODELS:
            return prefix
        layer = dbt_resource_props["fqn"][1]
        of_metrics = dbt_resource_props["unique_id"] in self._on_metrics
        return f"{MODELS}_{'on_metrics' if of_metrics else layer if layer in LAYERS else 'other'}"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [OWNER]


class Tables:
    """The tables that dbt has built so far, and what the UI shows of each."""

    def __init__(
        self,
        settings: Settings,
        build: Build,
        engine: Engine,
        manifest: Mapping[str, Any],
        types: Mapping[str, Columns],
        translator: Translator,
    ) -> None:
        """``types`` are the columns of the tables that a subset finds in the copied database."""
        self._settings, self._build, self._engine = settings, build, engine
        self._manifest, self._types = manifest, dict(types)
        nodes = {**manifest["nodes"], **manifest["sources"]}
        kinds = ("model", "seed", "source")
        self._keys = {key: translator.get_asset_key(one) for key, one in nodes.items() if one["resource_type"] in kinds}
        self.built = self.rows = 0

    def described(self, output: dg.Output[Any], node: Mapping[str, Any]) -> dg.Output[Any]:
        """The output of a model or seed with the metadata of its table."""
        report = self._engine.report(self._settings, self._build, node["name"])
        if not report.columns:
            report = replace(report, columns=_described_columns(node))
        self._types[node["name"]] = report.columns
        self.built, self.rows = self.built + 1, self.rows + (report.rows or 0)
        origins = column_origins(self._build, self._manifest, node, self._types)
        own = table_metadata(report, node, origins, self._keys)
        rest = {key: value for key, value in output.metadata.items() if key not in own and key not in DBT_NOISE}
        return dg.Output(output.value, output.output_name, metadata={**own, **rest}, data_version=output.data_version)


def _described_columns(node: Mapping[str, Any]) -> Columns:
    """The columns in the ``.yml`` of a model, for a view of which an engine leaves no file."""
    return {name: str(column.get("data_type") or "") for name, column in node["columns"].items()}


def model_assets(sources: Mapping[str, Source], settings: Settings, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Every model, seed and dbt test. All of them are built into an empty database, a subset into a copy of the latest build."""

    translator = Translator(manifest)

    @dg.multi_asset(
        name="dbt_models",
        specs=build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=translator),
        check_specs=translator.check_specs(),
        can_subset=True,
        pool=DBT_POOL,
        required_resource_keys={DBT, SHARED, PUBLISHING},
    )
    def dbt_models(context: dg.AssetExecutionContext) -> Iterator[Any]:
        try:
            build = _prepared(settings, sources, context.run_id)
            if context.is_subset:
                engine(settings.engine).begin_with(build, latest_build(settings))
            yield from _run(context, getattr(context.resources, DBT), settings, build)
        except BilateralError as error:
            raise as_failure(error) from error

    return dbt_models


def _prepared(settings: Settings, sources: Mapping[str, Source], run: str) -> Build:
    """A build folder with the fingerprint of exactly what it holds: a fetch may end while it is being filled."""
    mark = None
    while mark != (seen := fingerprint(settings)):
        mark = seen
        build = prepare_build(settings, sources, run)
    write_json(build.inputs, mark)
    return build


def _run(context: dg.AssetExecutionContext, dbt: DbtCliResource, settings: Settings, build: Build) -> Iterator[Any]:
    manifest = read_json(parsed_manifest(settings))
    translator = Translator(manifest)
    chosen = engine(settings.engine)
    arguments = [*BUILD, *chosen.arguments(build), *_without_proved(settings, manifest)]
    arguments += _selection(context, translator, manifest)
    tables = Tables(
        settings, build, chosen, manifest, column_types(build) if build.database.exists() else {}, translator
    )
    tests = CheckResults({key: translator.checks[key] for key in context.selected_asset_check_keys}, manifest)
    try:
        with opened(settings, build):
            with in_environment(build_environment(settings, build)):
                invocation = dbt.cli(
                    arguments, manifest=manifest, dagster_dbt_translator=translator, target_path=build.target
                )
            if not context.is_subset:
                Thread(target=_load_guards, name="guards").start()
            yield from _events(context, invocation, tables, tests)
    except DagsterDbtCliRuntimeError:
        chosen.take_over(build)
        yield from tests.others(build)
        refusal = dbt_refusal(build) if build.artifacts[1].exists() else None
        if refusal is None:
            raise
        raise refusal from None
    chosen.take_over(build)
    yield from tests.others(build)
    keep_parse(settings, build)
    remember(settings, build)
    finish_build(settings, build)
    say(f"dbt      {tables.built} tables built, {_passed(build)} tests passed, {tables.rows:,} rows")


def _load_guards() -> None:
    """Load what judges the metrics while dbt builds them; what is wrong with it, the guards say."""
    with suppress(Exception):
        load_library()


def _passed(build: Build) -> int:
    """Return how many tests of a build passed."""
    return sum(item["status"] == "pass" for item in build.run_results())


def _without_proved(settings: Settings, manifest: Mapping[str, Any]) -> list[str]:
    """Arguments by which dbt leaves out the unit tests that passed with the code as it is."""
    tests, done = manifest["unit_tests"], proved(settings, manifest)
    left = {test["name"] for unique_id, test in tests.items() if unique_id not in done}
    if not left:
        return WITHOUT_UNIT_TESTS
    names = {tests[unique_id]["name"] for unique_id in done} - left
    return ["--exclude", " ".join(f"unit_test:{name}" for name in sorted(names))] if names else []


def _selection(context: dg.AssetExecutionContext, translator: Translator, manifest: Mapping[str, Any]) -> list[str]:
    """What a subset has dbt run: the tables and the tests of the checks that were selected, and nothing else."""
    if not context.is_subset:
        return []
    tables = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed") and translator.get_asset_key(node) in context.selected_asset_keys
    ]
    judging = {test["unique_id"] for key in context.selected_asset_check_keys for test in translator.checks[key].tests}
    tests = [manifest["nodes"][unique_id]["name"] for unique_id in judging]
    return ["--indirect-selection", "empty", "--select", " ".join(sorted([*tables, *tests]))]


def _events(
    context: dg.AssetExecutionContext, invocation: DbtCliInvocation, tables: Tables, tests: CheckResults
) -> Iterator[Any]:
    """dbt's results as Dagster events, and progress on the terminal, while dbt runs."""
    seen = 0
    for message in _read_ahead(invocation):
        if not message.is_result_event:
            continue
        seen += 1
        if seen % PROGRESS_EVERY == 0:
            say(f"dbt      {seen} models and tests so far")
        reported = message.raw_event["data"]["node_info"]
        node = invocation.manifest["nodes"].get(reported["unique_id"], {})
        if node.get("resource_type") == "test":
            yield from tests.add(node["unique_id"], reported["node_status"])
            continue
        for event in message.to_default_asset_events(
            invocation.manifest, invocation.dagster_dbt_translator, context, invocation.target_path
        ):
            yield tables.described(event, node) if isinstance(event, dg.Output) else event


def _read_ahead(invocation: DbtCliInvocation) -> Iterator[DbtCliEventMessage]:
    """dbt's messages, read in a thread so that dbt does not wait until Dagster has stored an event."""
    messages: SimpleQueue[DbtCliEventMessage | None] = SimpleQueue()

    def read() -> None:
        try:
            for message in invocation.stream_raw_events():
                messages.put(message)
        finally:
            messages.put(None)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        running = (invocation.process, reading)
        _RUNNING.append(running)
        try:
            while (message := messages.get()) is not None:
                yield message
        finally:
            if invocation.process.poll() is None:  # this step was interrupted
                invocation.process.kill()
            _RUNNING.remove(running)
        reading.result()


_RUNNING: list[tuple[subprocess.Popen[bytes], Future[None]]] = []
"""Every dbt that a step of this process runs, and the thread that reads it."""


def stop_builds() -> None:
    """End every dbt that a failed run left behind, and wait until its output is read.

    A step that Dagster itself gave up on, as when its database is full, does not end by itself: its dbt would go on and print.
    """
    left = list(_RUNNING)
    for process, _ in left:
        process.kill()
    wait([reading for _, reading in left], timeout=SECONDS_TO_END)


def model_key(name: str) -> dg.AssetKey:
    """The asset key of a model that is no metric."""
    return dg.AssetKey([MODELS, name])


def _prefix(properties: Mapping[str, Any]) -> str:
    """How the key of a table begins."""
    if properties["resource_type"] == "seed":
        return "seeds"
    return METRICS if properties["fqn"][1] == METRICS else MODELS


def _made_from_metrics(manifest: Mapping[str, Any]) -> set[str]:
    """The unique ids of all models that are made from a metric, directly or not."""
    found: set[str] = set()
    new = {key for key, node in manifest["nodes"].items() if is_metric(node)}
    while new:
        new = {
            child for key in new for child in manifest["child_map"].get(key, ()) if child.startswith("model.")
        } - found
        found |= new
    return found
