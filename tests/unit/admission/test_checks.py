"""What the Dagster UI and alerts show of vintages that are held back and publishers that do not answer. All figures are
synthetic."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from orchestration.assets import run_tags
from orchestration.assets.admission_checks import ADMITTED, FETCHED, admission_checks
from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.raw_assets import raw_assets, raw_key
from orchestration.assets.vintage_assets import vintages_asset, vintages_key
from orchestration.automation import run_policy
from orchestration.automation.run_outcomes import outcome_of
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.fetching import fetch
from tests.publisher_server import PublisherServer
from tests.unit.admission.absurd_figures import FIRST, answer, hold_second
from tests.unit.ingestion.test_live_ingest import Publisher, refresh, source

KEY = raw_key("synthetic", "figures")


pytestmark = pytest.mark.usefixtures("judge")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def materialized(settings: Settings, instance: dg.DagsterInstance, **tags: str) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [raw_assets(source(), settings), admission_checks(source(), settings, [KEY])],
        instance=instance,
        raise_on_error=False,
        tags=tags,
        resources=data_folder_resources(settings),
    )


def checks(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    return {check.check_name: check for check in result.get_asset_check_evaluations() if check.asset_key == KEY}


def held_in_landing(settings: Settings, server: PublisherServer, publisher: Publisher) -> Settings:
    """A data folder with an admitted vintage and one that is held back; its settings send no request."""
    hold_second(settings, server, publisher)
    return replace(settings, feed="landing")


def test_a_held_vintage_warns_with_its_reasons_stops_nothing_and_is_alerted_with_its_remedy(
    settings: Settings, server: PublisherServer, publisher: Publisher, instance: dg.DagsterInstance
) -> None:
    result = materialized(held_in_landing(settings, server, publisher), instance)
    assert result.success
    admitted = checks(result)[ADMITTED]
    assert not admitted.passed
    assert admitted.severity == dg.AssetCheckSeverity.WARN
    assert admitted.metadata["vintage"].value == "2026-08-01"
    assert "a figure of 1000 where none was above 100" in admitted.metadata["why it is held back"].value
    assert checks(result)[FETCHED].passed
    outcome = outcome_of(result.all_events, {"synthetic": source()}, "refresh", result.run_id, result.success)
    (problem,) = outcome.problems
    assert (problem.kind, problem.subject) == ("held", "source synthetic")
    assert problem.text.startswith("vintage 2026-08-01 is held back: a figure of 1000")
    for words in ("figures sha256:", "bilateral vintages admit synthetic 2026-08-01"):
        assert words in problem.text
    assert outcome.recovered == ("run refresh",)


def test_checks_run_without_a_fetch(
    settings: Settings, server: PublisherServer, publisher: Publisher, instance: dg.DagsterInstance
) -> None:
    landing = held_in_landing(settings, server, publisher)
    made = admission_checks(source(), landing, [KEY])
    chosen = dg.AssetSelection.checks(dg.AssetCheckKey(KEY, ADMITTED))
    location = dg.Definitions(
        assets=[raw_assets(source(), landing)],
        asset_checks=[made],
        jobs=[dg.define_asset_job("alone", chosen)],
        resources=data_folder_resources(landing),
    )
    result = location.resolve_job_def("alone").execute_in_process(instance=instance)
    assert [(check.check_name, check.passed) for check in result.get_asset_check_evaluations()] == [(ADMITTED, False)]


def test_every_vintage_is_a_partition_with_its_verdict(
    settings: Settings, server: PublisherServer, publisher: Publisher, instance: dg.DagsterInstance
) -> None:
    landing = held_in_landing(settings, server, publisher)
    materialized(landing, instance)
    assert instance.get_dynamic_partitions("vintages_synthetic") == ["2026-07-01", "2026-08-01"]
    asset = vintages_asset(source(), landing, [KEY], "team:bilateral")
    locks = data_folder_resources(landing)
    backfill = dg.materialize(
        [asset],
        instance=instance,
        selection=[vintages_key("synthetic")],
        resources=locks,
        tags={"dagster/asset_partition_range_start": "2026-07-01", "dagster/asset_partition_range_end": "2026-08-01"},
    )
    made = {
        event.partition: event.metadata for event in backfill.asset_materializations_for_node("vintages__synthetic")
    }
    verdicts = {partition: metadata["verdict"].value for partition, metadata in made.items()}
    assert verdicts == {"2026-07-01": "admitted", "2026-08-01": "held back"}, "one run for all of a backfill"
    assert "a figure of 1000" in str(made["2026-08-01"]["worst series"].value)
    instance.add_dynamic_partitions("vintages_synthetic", ["2026-09-01"])
    unknown = dg.materialize(
        [asset], instance=instance, resources=locks, partition_key="2026-09-01", raise_on_error=False
    )
    (problem,) = outcome_of(unknown.all_events, [], "vintages", unknown.run_id, succeeded=False).problems
    assert problem.failure == ("no vintage of 2026-09-01 is stored of this source; stored: 2026-07-01, 2026-08-01")


def test_a_whole_refresh_continues_without_a_publisher_and_a_fetch_of_it_alone_fails(
    settings: Settings,
    server: PublisherServer,
    publisher: Publisher,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)

    def silent(source: Any, settings: Settings, *rest: Any) -> Any:
        if settings.feed == "live":
            raise FeedError("no answer within 30 s", publisher="Synthetic Statistics Office", payload="figures")
        return fetch(source, settings, *rest)

    monkeypatch.setattr("orchestration.admission.ingest.fetch", silent)
    went_on = materialized(settings, instance, **run_policy.run_tags(run_tags.REFRESH))
    assert went_on.success
    fetched = checks(went_on)[FETCHED]
    assert not fetched.passed
    assert fetched.severity == dg.AssetCheckSeverity.WARN
    outcome = outcome_of(went_on.all_events, {"synthetic": source()}, "refresh", went_on.run_id, True)
    (problem,) = outcome.problems
    assert (problem.kind, problem.subject, problem.failure) == ("failure", "source synthetic", "no answer within 30 s")
    assert "payload: figures" in problem.text
    assert not materialized(settings, instance, **run_policy.run_tags(run_tags.FETCH)).success
