"""Each condition of the gate, broken alone, stops a publication and leaves the last release in place. All figures are synthetic."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, write_json
from orchestration.releases.history import entries, published_in
from orchestration.releases.release_store import Release, all_releases, require_current
from orchestration.transform.build import Build
from orchestration.transform.unit_test_record import remember
from tests.unit import synthetic_source
from tests.unit.synthetic_project import MODELS, Project, figure, write_suite

pytestmark = pytest.mark.slow

UNIT_TEST = "unit_test.b.synthetic_metric.formula"
TEST = "test.b.reviewed_figures_hold"
FINGERPRINT = "b" * 64


def guarded(project: Project, run: str = "two", **built: Any) -> Build:
    """A build that may be published."""
    build = project.build(run, **built)
    project.guard(build)
    write_json(build.inputs, FINGERPRINT)
    return build


def receipt_of_another_run(project: Project, build: Build) -> None:
    """Equal figures give an equal database; the receipt of an earlier run over it proves nothing about this one."""
    earlier = Build(build.folder.with_name("earlier"))
    shutil.copytree(build.folder, earlier.folder)
    project.guard(earlier)
    shutil.copyfile(earlier.receipt, build.receipt)


def database_changed(project: Project, build: Build) -> None:
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("update metrics.synthetic_metric set value = 6")


def results_of_dbt_changed(project: Project, build: Build) -> None:
    """A test that failed is marked as passed after the guards looked."""
    results = read_json(build.target / "run_results.json")
    write_json(build.target / "run_results.json", results | {"elapsed_time": 0})


def manifest_of_dbt_changed(project: Project, build: Build) -> None:
    manifest = read_json(build.target / "manifest.json")
    write_json(build.target / "manifest.json", manifest | {"metadata": {}})


def other_inputs(project: Project, build: Build) -> None:
    """Something was fetched, or a model edited, after the build was made: it would appear under another's name."""
    write_json(build.inputs, "c" * 64)


def suite_weakened(project: Project, build: Build) -> None:
    write_suite(project.settings, ceiling=1e12)


def no_receipt(project: Project, build: Build) -> None:
    build.receipt.unlink()


CONDITIONS: dict[Callable[[Project, Build], None], str] = {
    no_receipt: "the build has no receipt",
    receipt_of_another_run: "the receipt in two is of another run, earlier",
    database_changed: "the database of the build changed after it was guarded",
    results_of_dbt_changed: r"changed after the build was guarded: run_results.json",
    manifest_of_dbt_changed: r"changed after the build was guarded: manifest.json",
    other_inputs: "inputs or code changed since build two",
    suite_weakened: "the suite of synthetic_metric changed after it guarded the build",
}


@pytest.mark.parametrize(("breach", "said"), CONDITIONS.items(), ids=lambda one: getattr(one, "__name__", None))
def test_a_broken_condition_stops_the_publication(
    project: Project, breach: Callable[[Project, Build], None], said: str
) -> None:
    before = project.release("one")
    build = guarded(project)
    breach(project, build)
    with pytest.raises(ReleaseError, match=said):
        project.publish(build, FINGERPRINT)
    assert_nothing_happened(project, before)


def test_without_a_breach_the_same_build_is_published(project: Project) -> None:
    before = project.release("one")
    after, is_new = project.publish(guarded(project), FINGERPRINT)
    assert (is_new, after.previous) == (True, before.id)


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ({}, f"did not run: ['{TEST}', '{UNIT_TEST}']"),
        ({TEST: "pass"}, f"did not run: ['{UNIT_TEST}']"),
        ({TEST: "fail", UNIT_TEST: "pass"}, f"did not pass: ['{TEST}']"),
        ({TEST: "warn", UNIT_TEST: "pass"}, f"did not pass: ['{TEST}']"),
        ({TEST: "skipped", UNIT_TEST: "pass"}, f"did not pass: ['{TEST}']"),
        ({TEST: "pass", UNIT_TEST: "fail"}, f"did not pass: ['{UNIT_TEST}']"),
    ],
)
def test_reviewed_tests_and_unit_tests_ran_and_passed(project: Project, results: dict[str, str], said: str) -> None:
    before = project.release("one")
    build = guarded(project)
    with_tests(project, build, results)
    with pytest.raises(ReleaseError) as refused:
        project.publish(build, FINGERPRINT)
    assert said in str(refused.value)
    assert_nothing_happened(project, before)


def test_a_unit_test_is_proved_for_one_state_of_its_code_and_no_other(project: Project) -> None:
    build = guarded(project)
    with_tests(project, build, {TEST: "pass", UNIT_TEST: "pass"})
    remember(project.settings, build)
    again = guarded(project, "three")
    with_tests(project, again, {TEST: "pass"}, model="fct_synthetic")
    with pytest.raises(ReleaseError, match=UNIT_TEST):
        project.publish(again, FINGERPRINT)
    with_tests(project, again, {TEST: "pass"})
    assert project.publish(again, FINGERPRINT)[1]


FORTY = [figure(year=1980 + number, value=1.0) for number in range(40)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("delete from marts.fct_synthetic where year < 1985", "fct_synthetic: 5 of 40 figures are gone"),
        (
            "update marts.fct_synthetic set value = 20 where year = 1990",
            "fct_synthetic: a figure moved by a factor of 20",
        ),
        ("update marts.fct_synthetic set value = 2 where year < 1995", "fct_synthetic: 15 of 40 figures changed"),
    ],
)
def test_a_mart_that_moves_beyond_its_limits_is_refused(project: Project, change: str, said: str) -> None:
    """The metric keeps its figures: what is wrong is in the mart alone, which readers open as well."""
    before = project.release("one", figures=FORTY)
    project.origins = (synthetic_source.origin(b"b"),)
    build = project.build("two", figures=FORTY)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(change)
    project.guard(build)
    write_json(build.inputs, FINGERPRINT)
    with pytest.raises(ReleaseError, match=said):
        project.publish(build, FINGERPRINT)
    assert_nothing_happened(project, before)


def with_tests(project: Project, build: Build, results: dict[str, str], model: str = "dim_area") -> None:
    """Let the project have a reviewed test and a unit test, which ended so; then guard the build."""
    manifest = read_json(build.target / "manifest.json")
    node = {
        "name": "one",
        "config": {"enabled": True},
        "path": "tests/one.sql",
        "description": "",
        "depends_on": {"nodes": []},
        "original_file_path": "",
    }
    manifest["nodes"][TEST] = {**node, "resource_type": "test", "raw_code": "select 1"}
    manifest["unit_tests"][UNIT_TEST] = {**node, "resource_type": "unit_test", "model": model}
    write_json(build.target / "manifest.json", manifest)
    every = [*((one, "success") for one in MODELS), *results.items()]
    write_json(
        build.target / "run_results.json",
        {"results": [{"unique_id": name, "status": status, "message": ""} for name, status in every]},
    )
    project.guard(build)


def assert_nothing_happened(project: Project, before: Release) -> None:
    assert require_current(project.settings).id == before.id
    assert [one.id for one in all_releases(project.settings)] == [before.id]
    assert before.damage() == []
    assert [path.name for path in project.settings.releases.iterdir() if path.name.startswith(".")] == []
    assert len(published_in(entries(project.settings))) == 1
