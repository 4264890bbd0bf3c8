"""The check of one metric runs alone, those of all write the receipt; a failure stops the run and says what to do."""

from collections.abc import Iterable
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.failures import MESSAGE
from orchestration.assets.guard_checks import CHECK, REPORT, metric_guards, metric_key
from orchestration.automation.run_outcomes import outcome_of
from orchestration.guards.guard_report import report_path
from orchestration.transform.build import LATEST, Build
from tests.unit.releases.test_no_data import WAITING, ProjectWithoutData, waiting
from tests.unit.synthetic_project import Project, figure, write_figures, write_suite

__all__ = ["waiting"]

METRIC = "synthetic_metric"


def guarded(project: Project, build: Build | None, metrics: Iterable[str], *chosen: str) -> dg.ExecuteInProcessResult:
    """The run of the checks of the ``chosen`` metrics among all ``metrics``."""
    if build:
        (project.settings.build / LATEST).symlink_to(build.folder)
    described: Any = dict.fromkeys(metrics)
    checks = dg.AssetSelection.checks(*(dg.AssetCheckKey(metric_key(name), CHECK) for name in chosen))
    definitions = dg.Definitions(
        assets=[dg.AssetSpec(metric_key(name)) for name in metrics],
        asset_checks=[metric_guards(project.settings, described)],
        jobs=[dg.define_asset_job("guard", checks)],
        resources=data_folder_resources(project.settings),
    )
    return definitions.resolve_job_def("guard").execute_in_process(raise_on_error=False)


@pytest.mark.parametrize(("metrics", "has_receipt"), [((METRIC,), True), ((METRIC, "another_metric"), False)])
def test_one_check_runs_alone(project: Project, metrics: tuple[str, ...], has_receipt: bool) -> None:
    write_suite(project.settings, name="another_metric")
    build = project.build("a")
    result = guarded(project, build, metrics, METRIC)
    (check,) = result.get_asset_check_evaluations()
    assert (check.asset_key, check.passed, check.blocking) == (metric_key(METRIC), True, True)
    assert not {MESSAGE, "what to do"} & check.metadata.keys()
    assert (build.receipt.exists(), REPORT in check.metadata) == (has_receipt, has_receipt)


@pytest.mark.slow
def test_a_failure_stops_the_run_and_names_rows(
    waiting: ProjectWithoutData, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another metric awaits its source, which is a warning."""
    build = waiting.waiting_build("a")
    with duckdb.connect(str(build.database)) as connection:
        write_figures(connection, f"metrics.{METRIC}", [figure(area=f"A{number}", value=11.0) for number in range(4)])
    result = guarded(waiting, build, (METRIC, WAITING), METRIC, WAITING)
    assert not result.success
    assert "2 metrics, 1 expectation evaluated, 1 failed, 1 with no data yet" in capsys.readouterr().err
    checks = {check.asset_key.path[-1]: check for check in result.get_asset_check_evaluations()}
    failed, awaits = checks[METRIC], checks[WAITING]
    assert (failed.severity, awaits.severity) == (dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN)
    assert {"failed 1: expected", "failed 1: observed", "failed 1: row 3", "what to do"} <= failed.metadata.keys()
    assert "what to do" not in awaits.metadata
    outcome = outcome_of(result.all_events, [], "guard", result.run_id, succeeded=False)
    (problem,) = outcome.problems
    assert f"open in a browser: {report_path(build)}" in problem.text
    assert problem.text.startswith(f"{METRIC}: ")
    assert problem.text.count(WAITING) == 0


def test_without_a_build_the_checks_say_what_to_do(project: Project) -> None:
    result = guarded(project, None, (METRIC,), METRIC)
    (problem,) = outcome_of(result.all_events, [], "guard", result.run_id, succeeded=False).problems
    assert "materialise the dbt models first" in problem.text
