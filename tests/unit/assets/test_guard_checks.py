"""The check of one metric runs alone; the receipt is written when the checks of all metrics run."""

import dagster as dg
import pytest

from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.guard_checks import CHECK, metric_guards, metric_key
from orchestration.guards.suites import metrics_of
from orchestration.transform.build import LATEST
from tests.unit.synthetic_project import Project, write_suite

METRIC = "synthetic_metric"


@pytest.mark.parametrize(("metrics", "has_receipt"), [((METRIC,), True), ((METRIC, "another_metric"), False)])
def test_one_check_runs_alone(project: Project, metrics: tuple[str, ...], has_receipt: bool) -> None:
    write_suite(project.settings, name="another_metric")
    build = project.build("a")
    (project.settings.build / LATEST).symlink_to(build.folder)
    described = metrics_of(build.manifest())[METRIC]
    definitions = dg.Definitions(
        assets=[dg.AssetSpec(metric_key(name)) for name in metrics],
        asset_checks=[metric_guards(project.settings, dict.fromkeys(metrics, described))],
        jobs=[dg.define_asset_job("one", dg.AssetSelection.checks(dg.AssetCheckKey(metric_key(METRIC), CHECK)))],
        resources=data_folder_resources(project.settings),
    )
    result = definitions.resolve_job_def("one").execute_in_process()
    (check,) = result.get_asset_check_evaluations()
    assert (check.asset_key, check.passed) == (metric_key(METRIC), True)
    assert build.receipt.exists() == has_receipt
