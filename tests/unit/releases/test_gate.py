"""Each condition of the gate, broken alone, closes it, and the last release stays. All figures are synthetic."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, sha256_of, write_json, write_text
from orchestration.core.settings import Settings
from orchestration.guards.suites import load_suite
from orchestration.reading.release import Release
from orchestration.reading.release_log import entries, published_in
from orchestration.reading.release_store import all_releases, require_current
from orchestration.releases.gate import open_gate
from orchestration.transform.build import Build
from orchestration.transform.unit_test_record import project_state, remember
from tests.unit import synthetic_source
from tests.unit.synthetic_project import MODELS, Project, figure, write_suite

METRIC = "synthetic_metric"
BETWEEN, UNIQUE = "expect_column_values_to_be_between", "expect_unique_key"
UNIT_TEST = "unit_test.b.synthetic_metric.formula"
TEST = "test.b.reviewed_figures_hold"
FINGERPRINT = "b" * 64
Breach = Callable[[Settings, Build], None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project whose metric has two expectations."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(settings, 10.0, "ExpectUniqueKey(columns=['year'], meta={'fault': 'a figure twice'})")
    return settings


@pytest.fixture
def build(settings: Settings) -> Build:
    """A build with the receipt that the guards write of one that may be published."""
    build = Project(settings).build("one")
    write_json(build.inputs, FINGERPRINT)
    suite = {
        "suite_sha256": load_suite(settings.expectations, METRIC).sha256,
        "rows": 1,
        "evaluated": 2,
        "passed": True,
        "no_data": [],
        "results": WHOLE,
    }
    write_json(build.receipt, {"suites": {METRIC: suite}})
    stamp(build)
    return build


def stamp(build: Build) -> None:
    """Bind the receipt of a build to it as it is now."""
    own = {
        "run": build.folder.name,
        "database_sha256": sha256_of(build.database),
        "artifacts": {path.name: sha256_of(path) for path in build.artifacts},
    }
    write_json(build.receipt, {**read_json(build.receipt), **own})


def result_of(kind: str, *, passed: bool = True) -> dict[str, Any]:
    return {"expectation": kind, "fault": "a unit slip", "passed": passed, "observed": "-3"}


def with_suite(**change: Any) -> Breach:
    def breach(settings: Settings, build: Build) -> None:
        receipt = read_json(build.receipt)
        receipt["suites"][METRIC] |= change
        write_json(build.receipt, receipt)

    return breach


def with_receipt(**change: Any) -> Breach:
    return lambda settings, build: write_json(build.receipt, read_json(build.receipt) | change)


def with_artifact(name: str, **change: Any) -> Breach:
    return lambda settings, build: write_json(build.target / name, read_json(build.target / name) | change)


def with_node(**node: Any) -> Breach:
    """A project with another node, which dbt did not run."""

    def breach(settings: Settings, build: Build) -> None:
        manifest = read_json(build.target / "manifest.json")
        plain = {"resource_type": "test", "config": {}, "path": "tests/one.sql", "name": "one"}
        manifest["nodes"]["late"] = plain | node
        write_json(build.target / "manifest.json", manifest)
        stamp(build)

    return breach


def no_receipt(settings: Settings, build: Build) -> None:
    build.receipt.unlink()


def database_changed(settings: Settings, build: Build) -> None:
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("update metrics.synthetic_metric set value = 6")


def suite_weakened(settings: Settings, build: Build) -> None:
    write_suite(settings, 1e12)


WHOLE = [result_of(BETWEEN), result_of(UNIQUE)]
FAILED = [WHOLE[0], result_of(UNIQUE, passed=False)]
BREACHES: dict[str, tuple[Breach, str]] = {
    "no receipt": (no_receipt, "the build has no receipt"),
    "a receipt of another run": (with_receipt(run="earlier"), "the receipt in one is from another run, earlier"),
    "another database": (database_changed, "the database of the build changed after it was guarded"),
    "other results": (
        with_artifact("run_results.json", elapsed_time=0),
        r"changed after the build was guarded: run_results.json",
    ),
    "another manifest": (
        with_artifact("manifest.json", metadata={}),
        r"changed after the build was guarded: manifest.json",
    ),
    "a weaker suite": (suite_weakened, f"the suite of {METRIC} changed after it guarded the build"),
    "no suite": (with_receipt(suites={}), r"receipt differ: \['synthetic_metric'\]; each of 1 metrics"),
    "no row": (with_suite(rows=0), "2 of 2 expectations were evaluated, on 0 rows"),
    "one result lost": (with_suite(results=WHOLE[:1]), "2 of 2 expectations were evaluated, on 1 rows"),
    "one not counted": (with_suite(evaluated=1), "1 of 2 expectations were evaluated"),
    "one result twice": (with_suite(results=[*WHOLE, WHOLE[0]]), "2 of 2 expectations were evaluated"),
    "one in another's place": (with_suite(results=[WHOLE[0]] * 2), f"2 of 2 .*'{BETWEEN}', '{BETWEEN}'"),
    "the two exchanged": (with_suite(results=WHOLE[::-1]), f"2 of 2 .*'{UNIQUE}', '{BETWEEN}'"),
    "one failed": (
        with_suite(results=FAILED),
        rf"expectations of {METRIC} failed: {UNIQUE} \(a unit slip\): observed -3",
    ),
    "the suite failed": (with_suite(passed=False), f"expectations of {METRIC} failed"),
    "said to have no data": (with_suite(no_data=["synthetic"]), f"the receipt is wrong about {METRIC}"),
    **{
        f"a {kind} that did not run": (with_node(resource_type=kind), r"did not run: \['late'\]")
        for kind in ("model", "seed", "test", "unit_test")
    },
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_condition_closes_the_gate(settings: Settings, build: Build, name: str) -> None:
    breach, words = BREACHES[name]
    breach(settings, build)
    with pytest.raises(ReleaseError, match=words):
        open_gate(settings, build, FINGERPRINT)


@pytest.mark.parametrize("node", [{"config": {"enabled": False}}, {"resource_type": "analysis"}])
def test_disabled_nodes_need_not_have_passed(settings: Settings, build: Build, node: dict[str, Any]) -> None:
    with_node(**node)(settings, build)
    assert open_gate(settings, build, FINGERPRINT) == read_json(build.receipt)


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ({}, f"did not run: ['{TEST}', '{UNIT_TEST}']"),
        ({TEST: "fail", UNIT_TEST: "pass"}, f"models or tests failed: ['{TEST}']"),
        ({TEST: "warn", UNIT_TEST: "pass"}, f"models or tests failed: ['{TEST}']"),
        ({TEST: "skipped", UNIT_TEST: "pass"}, f"models or tests failed: ['{TEST}']"),
        ({TEST: "pass", UNIT_TEST: "fail"}, f"models or tests failed: ['{UNIT_TEST}']"),
    ],
)
def test_every_test_must_pass(settings: Settings, build: Build, results: dict[str, str], words: str) -> None:
    with_tests(build, results)
    with pytest.raises(ReleaseError) as refused:
        open_gate(settings, build, FINGERPRINT)
    assert words in str(refused.value)


def test_a_unit_test_is_proved_for_one_state_of_the_project_and_no_other(settings: Settings, build: Build) -> None:
    with_tests(build, {TEST: "pass", UNIT_TEST: "pass"})
    remember(settings, build, project_state(settings))
    with_tests(build, {TEST: "pass"})
    assert open_gate(settings, build, FINGERPRINT)
    write_text(settings.dbt_project / "models" / "another.sql", "select 1")
    with pytest.raises(ReleaseError, match=UNIT_TEST):
        open_gate(settings, build, FINGERPRINT)


def with_tests(build: Build, results: dict[str, str]) -> None:
    """Let the project have a reviewed test and a unit test, which ended so; then stamp the receipt."""
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
    manifest["unit_tests"][UNIT_TEST] = {**node, "resource_type": "unit_test", "model": "dim_area"}
    write_json(build.target / "manifest.json", manifest)
    statuses = dict.fromkeys(MODELS, "success") | results
    listed = [{"unique_id": name, "status": status, "message": ""} for name, status in statuses.items()]
    write_json(build.target / "run_results.json", {"results": listed})
    stamp(build)


FORTY = [figure(year=1980 + number, value=1.0) for number in range(40)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("delete from marts.fct_synthetic where year < 1985", "fct_synthetic: 5 of 40 figures are gone"),
        (
            "update marts.fct_synthetic set value = 20 where year = 1990",
            "fct_synthetic: a figure moved by a factor of 20",
        ),
        (None, "inputs or code changed since build two"),
    ],
)
def test_a_refused_build_changes_nothing(project: Project, change: str | None, words: str) -> None:
    """The metric keeps its figures: what is wrong is in the mart alone, or the build was made of other inputs."""
    before = project.release("one", figures=FORTY)
    project.origins = (synthetic_source.origin(b"b"),)
    build = project.build("two", figures=FORTY)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(change or "select 1")
    project.guard(build)
    write_json(build.inputs, FINGERPRINT if change else "c" * 64)
    with pytest.raises(ReleaseError, match=words):
        project.publish(build, FINGERPRINT)
    assert_nothing_happened(project, before)


def assert_nothing_happened(project: Project, before: Release) -> None:
    assert require_current(project.settings).id == before.id
    assert [release.id for release in all_releases(project.settings)] == [before.id]
    assert before.damage() == []
    assert [path.name for path in project.settings.releases.iterdir() if path.name.startswith(".")] == []
    assert len(published_in(entries(project.settings))) == 1
