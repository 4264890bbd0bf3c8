"""What a source brings to the UI by being there: its publisher upstream of its raw tables; and the jobs that a person starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.publisher_assets import publisher_key, publisher_spec
from orchestration.assets.raw_assets import OWNER, raw_assets, raw_key
from orchestration.assets.release_asset import RELEASE_KEY, release_asset
from orchestration.automation.jobs import BUILD_JOB, GUARD_JOB, all_jobs, fetch_job_name
from orchestration.contracts.source import Source
from orchestration.core.run_policy import REFRESH
from orchestration.core.settings import Settings
from orchestration.sources import load_sources

SOURCES = load_sources()


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """Publishers, raw tables and the release; the models between them are the integration tests'."""
    settings = Settings(root=Path(), data=tmp_path_factory.mktemp("location"))
    tables = [key for source in SOURCES.values() for key in raw_of(source)]

    @dg.asset_check(asset=dg.AssetKey(["metrics", "synthetic"]), name="suite")
    def suite() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    @dg.multi_asset(
        name="dbt_models",
        specs=[dg.AssetSpec(["metrics", "synthetic"])],
        config_schema={"column_lineage": dg.Field(bool, is_required=False)},
    )
    def dbt_models() -> None: ...

    return dg.Definitions(
        assets=[
            *(publisher_spec(source, OWNER) for source in SOURCES.values()),
            *(raw_assets(source, settings) for source in SOURCES.values()),
            dbt_models,
            release_asset(SOURCES, settings, tables),
        ],
        asset_checks=[suite],
        jobs=list(all_jobs(SOURCES, suite.check_keys).values()),
        resources=data_folder_resources(settings),
    )


def raw_of(source: Source) -> set[dg.AssetKey]:
    return {raw_key(source.CARD.id, table) for table in source.TABLES}


def made_by(location: dg.Definitions, job: str) -> set[dg.AssetKey]:
    return set(location.resolve_job_def(job).asset_layer.selected_asset_keys)


def test_the_graph_begins_at_the_publisher(location: dg.Definitions) -> None:
    graph = location.resolve_asset_graph()
    for name, source in SOURCES.items():
        node: Any = graph.get(publisher_key(name))
        assert node.is_external
        assert not node.is_materializable
        assert raw_of(source) <= node.child_keys
        text = node.description + str(node.metadata)
        assert source.CARD.homepage in text
        assert source.CARD.licence in text
        assert all(resource.key in text for resource in source.RESOURCES)


def test_jobs_fetch_build_and_publish_what_their_names_state(location: dg.Definitions) -> None:
    fetched = {key for source in SOURCES.values() for key in raw_of(source)}
    metric = dg.AssetKey(["metrics", "synthetic"])
    assert made_by(location, REFRESH) == {*fetched, metric, RELEASE_KEY}
    assert made_by(location, BUILD_JOB) == {metric, RELEASE_KEY}
    assert made_by(location, GUARD_JOB) == {RELEASE_KEY}
    assert made_by(location, fetch_job_name("wto")) == raw_of(SOURCES["wto"])
    steps = {node.name for node in location.resolve_job_def(GUARD_JOB).nodes}
    assert steps == {"metrics__synthetic_suite", "release"}, "the suites run before the release"
