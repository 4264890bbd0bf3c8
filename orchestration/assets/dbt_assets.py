"""The dbt models as assets: one build in a folder of its own, with row counts in the UI. The models themselves live in dbt_project/."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.assets.failures import as_failure
from orchestration.assets.raw_assets import OWNER
from orchestration.contract import Source
from orchestration.errors import BilateralError
from orchestration.progress import say
from orchestration.settings import Settings
from orchestration.transform import (
    Build,
    dbt_environment,
    dbt_refusal,
    finish_build,
    in_environment,
    latest_build,
    parsed_manifest,
    prepare_build,
)

BUILD = ["build", "--exclude-resource-type", "unit_test"]
"""Unit tests prove formulas on invented rows and cannot fail because of a figure; `make test` runs them."""

ROOMS = ("staging", "intermediate", "marts", "metrics")


class Translator(DagsterDbtTranslator):
    """Asset keys and groups by room; owner from the model's meta."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_source_tests_as_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            table = dbt_resource_props["identifier"]
            return dg.AssetKey(["raw", dbt_resource_props["source_name"], table])
        return dg.AssetKey([_room(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return _room(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [OWNER]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        meta = dbt_resource_props.get("config", {}).get("meta", {})
        own = {name: str(value) for name, value in meta.items() if name not in ("dagster", "external_location")}
        return {**super().get_metadata(dbt_resource_props), **own}


def model_assets(sources: Mapping[str, Source], settings: Settings, manifest: Path) -> dg.AssetsDefinition:
    """Every model, seed and dbt test; a subset is built on a copy of the latest build, all of it on a new one."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=Translator(), name="dbt_models")
    def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        try:
            build = prepare_build(settings, sources, context.run_id)
            if context.is_subset:
                shutil.copyfile(latest_build(settings).database, build.database)
            build.target.mkdir(parents=True)
            shutil.copyfile(
                parsed_manifest(settings).with_name("partial_parse.msgpack"), build.target / "partial_parse.msgpack"
            )
            yield from _run(context, dbt, settings, build)
        except BilateralError as error:
            raise as_failure(error) from error

    return dbt_models


def _run(context: dg.AssetExecutionContext, dbt: DbtCliResource, settings: Settings, build: Build) -> Iterator[Any]:
    with in_environment(dbt_environment(settings, build)):
        invocation = dbt.cli(BUILD, context=context, target_path=build.target)
        events: list[Any] = []
        try:
            events.extend(invocation.stream())
        except DagsterDbtCliRuntimeError:
            refusal = dbt_refusal(build) if (build.target / "run_results.json").exists() else None
            if refusal is None:
                raise
            yield from (event for event in events if isinstance(event, dg.AssetCheckResult))
            raise refusal from None
    counts = row_counts(build)
    finish_build(settings, build)
    results = [item["status"] for item in build.run_results()]
    say(f"dbt      {len(counts)} tables built, {results.count('pass')} tests passed, {sum(counts.values()):,} rows")
    for event in events:
        yield _with_row_count(event, counts)


def _with_row_count(event: Any, counts: Mapping[str, int]) -> Any:
    if not isinstance(event, dg.Output):
        return event
    name = event.output_name.split("__", 1)[-1]
    rows = counts.get(name)
    metadata = dict(event.metadata) | ({"dagster/row_count": dg.MetadataValue.int(rows)} if rows is not None else {})
    return dg.Output(event.value, event.output_name, metadata=metadata, data_version=event.data_version)


def row_counts(build: Build) -> dict[str, int]:
    """Rows of every table of a build by table name."""
    with duckdb.connect(str(build.database), read_only=True) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
        return {
            str(table): connection.table(f'"{schema}"."{table}"').count("*").fetchall()[0][0] for schema, table in names
        }


def _room(properties: Mapping[str, Any]) -> str:
    if properties["resource_type"] == "seed":
        return "seeds"
    room = properties["fqn"][1]
    return room if room in ROOMS else "other"
