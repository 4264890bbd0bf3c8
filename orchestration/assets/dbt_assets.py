"""The dbt models, seeds and tests as assets and checks: ``@dbt_assets`` and its translator."""

import signal
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from pydantic import Field

from orchestration.assets.data_folder import DataFolder, Publishing
from orchestration.assets.descriptions import code_references, description, kinds, page_links, tags
from orchestration.assets.failures import failing_in_words
from orchestration.assets.metric_facts import with_facts
from orchestration.assets.raw_assets import OWNER
from orchestration.assets.run_tags import INPUTS
from orchestration.contracts.source import Source
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import MachineError
from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.releases.fingerprint import fingerprint
from orchestration.transform.build import Build, finish_build, latest_build, open_build, prepare_build
from orchestration.transform.dbt_runner import build_environment, in_environment, keep_parse, parsed_manifest
from orchestration.transform.engines import engine
from orchestration.transform.nodes import Node
from orchestration.transform.project import Project, read_project
from orchestration.transform.unit_test_record import project_state, proved_unit_tests, remember

WITHOUT_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]
"""A unit test runs again when the project has changed, not when the data have."""

DEFAULTS = {"dbt_models": {"config": {"column_lineage": False}}}
"""The run configuration of a build, for the launchpad."""

METRICS, MODELS = "metrics", "models"
"""The first part of asset keys: the UI sorts by name, and metrics come first."""


class Translator(DagsterDbtTranslator):
    """Asset keys, groups and descriptions by layer; every dbt test is a check."""

    def __init__(self, settings: Settings, manifest: Mapping[str, Any]) -> None:
        super().__init__()
        self._bilateral, self._project = settings, Project(manifest)
        self._metrics = {node.key for node in self._project.of_kind("model") if node.is_metric}
        self._specs: dict[str, dg.AssetSpec] = {}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["raw", dbt_resource_props["source_name"], dbt_resource_props["identifier"]])
        node = self._project.nodes[dbt_resource_props["unique_id"]]
        return dg.AssetKey([_prefix(node), node.name])

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Return the spec of a model, seed or source; dagster-dbt calls this again for every test and every edge."""
        if unique_id not in self._specs:
            self._specs[unique_id] = self._spec(manifest, unique_id, project)
        return self._specs[unique_id]

    def _spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self._project.nodes[unique_id]
        if node.kind == "source":
            return spec
        group = self._group(node)
        return spec.replace_attributes(
            description=description(node), group_name=group, owners=[OWNER], kinds=kinds(node)
        ).merge_attributes(
            tags=tags(node), metadata={**page_links(node), **code_references(self._bilateral, *_files_of(node))}
        )

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(description=self._project.nodes[unique_id].description)

    def _group(self, node: Node) -> str:
        """Return the layer; models built on metrics form a later group, so that groups have no cycle."""
        prefix = _prefix(node)
        if prefix != MODELS:
            return prefix
        is_before_metrics = self._metrics.isdisjoint(self._project.ancestors(node.key))
        return f"{MODELS}_{node.layer if is_before_metrics else 'on_metrics'}"


class BuildConfig(dg.Config):
    """The configuration of one build, from the launchpad."""

    column_lineage: bool = Field(
        default=False,
        description="Record from which columns each column is made, in the metadata of each materialization. A whole "
        "build takes a quarter more CPU time.",
    )


def model_assets(sources: Mapping[str, Source], settings: Settings, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Return every model, seed and test of dbt. A whole run builds an empty database, a subset a copy."""

    @dbt_assets(
        manifest=manifest,
        dagster_dbt_translator=Translator(settings, manifest),
        name="dbt_models",
        pool="dbt",  # one run at a time builds: a build uses every core there is
    )
    def dbt_models(
        context: dg.AssetExecutionContext,
        config: BuildConfig,
        dbt: DbtCliResource,
        data_folder: DataFolder,
        publishing: Publishing,
    ) -> Iterator[Any]:
        with failing_in_words(settings):
            build = _prepared(settings, sources, context)
            if context.is_subset:
                engine(settings.engine).begin_with(build, latest_build(settings))
            yield from _run(context, config, dbt, settings, build)

    return dbt_models


def attach_tests(manifest: Mapping[str, Any]) -> None:
    """Attach every test of several tables to one of them, in a manifest in memory: dagster-dbt makes a check of it
    then.

    The table is the one with most ancestors, which is the last in the pipeline.
    """
    project = Project(manifest)
    for test in project.of_kind("test"):
        tables = [key for key in test.parents if project.nodes[key].kind != "source"]
        if not test.attached and len(test.parents) > 1 and tables:
            last = max(tables, key=lambda key: (len(project.ancestors(key)), key))
            manifest["nodes"][test.key]["attached_node"] = last


def dbt_resource(settings: Settings, executable: Path) -> DbtCliResource:
    """Return dbt as dagster-dbt runs it."""
    folder = str(settings.dbt_project)
    return DbtCliResource(project_dir=folder, profiles_dir=folder, dbt_executable=str(executable))


def _prepared(settings: Settings, sources: Mapping[str, Source], context: dg.AssetExecutionContext) -> Build:
    """Return a new build folder with the fingerprint of its contents; repeat if a fetch ended while it was filled.

    The run is tagged with the fingerprint, by which the sensor of changed inputs finds it.
    """
    mark, run = None, context.run.run_id
    while mark != (newest := fingerprint(settings)):
        mark = newest
        context.instance.add_run_tags(run, {INPUTS: mark})
        build = prepare_build(settings, sources, run)
    write_json(build.inputs, mark)
    return build


def _run(
    context: dg.AssetExecutionContext, config: BuildConfig, dbt: DbtCliResource, settings: Settings, build: Build
) -> Iterator[Any]:
    chosen, project = engine(settings.engine), read_project(parsed_manifest(settings))
    state = project_state(settings)
    arguments = ["build", *chosen.arguments(build), *without_proved(project, proved_unit_tests(settings, state))]
    held: list[Any] = []
    with open_build(settings, build), in_environment(build_environment(settings, build)):
        invocation = dbt.cli(arguments, context=context, target_path=build.target)
        _RUNNING.append(invocation)
        try:
            stream = _with_column_lineage(invocation) if config.column_lineage else invocation.stream()
            yield from _before_metrics(stream, held)
        except DagsterDbtCliRuntimeError as error:
            yield from held
            from orchestration.transform.dbt_failures import dbt_refusal

            if machine := disk_error(settings, str(error)) or _killed(invocation):
                raise machine from None  # before anything else is read or written there
            chosen.take_over(build)
            refusal = dbt_refusal(build) if build.artifacts[1].exists() else None
            raise refusal or error from None
        finally:
            _RUNNING.remove(invocation)
    chosen.take_over(build)
    keep_parse(settings, build)
    remember(settings, build, state)
    finish_build(settings, build)
    yield from with_facts(held, list(project.metrics), settings, build)
    context.log.info(f"dbt      {outcome_in_words(build.run_results())}")


def outcome_in_words(results: Iterable[Mapping[str, Any]]) -> str:
    """Return how many tables a build made and how many of its tests passed."""
    succeeded = [result["unique_id"] for result in results if result["status"] in ("success", "pass")]
    tables, tests = (
        sum(key.startswith(kinds) for key in succeeded) for kinds in (("model.", "seed."), ("test.", "unit_test."))
    )
    return f"{tables} tables built, {tests} tests passed"


def _before_metrics(events: Iterable[Any], held: list[Any]) -> Iterator[Any]:
    """Yield the events before the first metric, and the others in order once dbt has ended and can be read."""
    for event in events:
        if held or (isinstance(event, dg.Output) and event.output_name.startswith(f"{METRICS}__")):
            held.append(event)
        else:
            yield event


def _with_column_lineage(invocation: DbtCliInvocation) -> Iterator[Any]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    yield from invocation.stream().fetch_column_metadata()
    if invocation.adapter:  # its connections would keep this process from opening the database for reading
        invocation.adapter.cleanup_connections()
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _killed(invocation: DbtCliInvocation) -> MachineError | None:
    """Return the error of a dbt process that a signal ended, as when memory is short; None otherwise."""
    code = invocation.process.returncode
    if code is None or code >= 0:
        return None
    name = signal.Signals(-code).name
    return MachineError(f"dbt was killed by {name}", remedy="see whether memory is short, then build again")


_RUNNING: list[DbtCliInvocation] = []


def stop_builds() -> None:
    """Kill the dbt processes that a failed run left running, as when Dagster's database is full."""
    for invocation in _RUNNING:
        invocation.process.kill()


def without_proved(project: Project, passed: Collection[str]) -> list[str]:
    """Return arguments that exclude the unit tests that passed with the project as it is."""
    names = {test.key: test.name for test in project.of_kind("unit_test")}
    left = {name for key, name in names.items() if key not in passed}
    if not left:
        return WITHOUT_UNIT_TESTS
    # dbt knows a unit test by its name alone, and dagster-dbt reads no list
    done = sorted(set(names.values()) - left)
    return ["--exclude", " ".join(f"unit_test:{name}" for name in done)] if done else []


def model_key(name: str) -> dg.AssetKey:
    """Return the asset key of a model that is not a metric."""
    return dg.AssetKey([MODELS, name])


def _files_of(node: Node) -> list[str]:
    """Return the files of a model or seed: its code, its properties, and the suite of a metric."""
    properties = (node.stated.get("patch_path") or "").partition("://")[2]
    files = [f"dbt_project/{path}" for path in (node.file, properties) if path]
    return [*files, f"expectations/{node.name}.py"] if node.is_metric else files


def _prefix(node: Node) -> str:
    if node.kind == "seed":
        return "seeds"
    return METRICS if node.is_metric else MODELS
