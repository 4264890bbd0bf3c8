"""The conditions of the gate, each broken alone over receipts and releases written by hand; what is right passes. All figures are synthetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.guards.suites import load_suite
from orchestration.releases.gate import (
    open_gate,
)
from orchestration.transform.build import Build
from tests.unit.synthetic_project import Project, write_suite

METRIC = "synthetic_metric"
BETWEEN, UNIQUE = "expect_column_values_to_be_between", "expect_unique_key"
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project whose metric has two expectations."""
    made = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(made, 10.0, "ExpectUniqueKey(columns=['year'], meta={'fault': 'a figure twice'})")
    return made


@pytest.fixture
def build(settings: Settings) -> Build:
    return Project(settings).build("one")


def result_of(kind: str, *, passed: bool = True) -> dict[str, Any]:
    return {"expectation": kind, "fault": "a unit slip", "passed": passed, "observed": "-3"}


def receipt_of(settings: Settings, build: Build) -> dict[str, Any]:
    """The receipt of a build that may be published, as the guards write it."""
    return {
        "run": build.folder.name,
        "database_sha256": sha256_of(build.database),
        "artifacts": {path.name: sha256_of(path) for path in build.artifacts},
        "suites": {
            METRIC: {
                "suite_sha256": load_suite(settings.expectations, METRIC).sha256,
                "rows": 1,
                "evaluated": 2,
                "passed": True,
                "no_data": [],
                "results": [result_of(BETWEEN), result_of(UNIQUE)],
                "not_applied": [],
            }
        },
    }


def opened(settings: Settings, build: Build, change: Change = lambda suite: None) -> Mapping[str, Any]:
    """The gate over a receipt in which the metric's result was changed."""
    receipt = receipt_of(settings, build)
    change(receipt["suites"][METRIC])
    write_json(build.receipt, receipt)
    return open_gate(settings, build)


def with_(**change: Any) -> Change:
    return lambda suite: suite.update(change)


def test_a_whole_receipt_opens_the_gate(settings: Settings, build: Build) -> None:
    assert opened(settings, build) == receipt_of(settings, build)


WHOLE = [result_of(BETWEEN), result_of(UNIQUE)]
BROKEN: dict[str, tuple[Change, str]] = {
    "no row": (with_(rows=0), "2 of 2 expectations were evaluated, on 0 rows"),
    "one result lost": (with_(results=WHOLE[:1]), "2 of 2 expectations were evaluated, on 1 rows"),
    "one not counted": (with_(evaluated=1), "1 of 2 expectations were evaluated"),
    "one result twice": (with_(results=[*WHOLE, WHOLE[0]]), "2 of 2 expectations were evaluated"),
    "one in another's place": (with_(results=[WHOLE[0]] * 2), f"that were not evaluated: {UNIQUE}"),
    "the two exchanged": (
        with_(results=[result_of(UNIQUE), result_of(BETWEEN)]),
        f"that were not evaluated: {BETWEEN}, {UNIQUE}",
    ),
    "one failed and the whole is said to have passed": (
        with_(results=[WHOLE[0], result_of(UNIQUE, passed=False)]),
        rf"expectations of {METRIC} failed: {UNIQUE} \(a unit slip\): observed -3",
    ),
    "none failed and the whole is said to have": (with_(passed=False), f"expectations of {METRIC} failed"),
    "one left out without need": (with_(not_applied=[{"expectation": UNIQUE}]), "lacks expectations other than those"),
    "said to have no data": (with_(no_data=["synthetic"]), f"the receipt is wrong about {METRIC}"),
    "another suite": (with_(suite_sha256="0" * 64), f"the suite of {METRIC} changed after it guarded the build"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_receipt_that_lacks_anything_closes_the_gate(name: str, settings: Settings, build: Build) -> None:
    change, said = BROKEN[name]
    with pytest.raises(ReleaseError, match=said):
        opened(settings, build, change)


def test_only_results_of_the_project_s_metrics_open_the_gate(settings: Settings, build: Build) -> None:
    receipt = receipt_of(settings, build)
    write_json(build.receipt, receipt | {"suites": {**receipt["suites"], "another": receipt["suites"][METRIC]}})
    with pytest.raises(ReleaseError, match=r"receipt differ: \['another'\]; every one of 1 metrics needs a result"):
        open_gate(settings, build)
    manifest = build.manifest()
    del manifest["nodes"]["model.b.synthetic_metric"]
    write_json(build.target / "manifest.json", manifest)
    write_json(build.receipt, receipt_of(settings, build) | {"suites": {}})
    with pytest.raises(ReleaseError, match="every one of 0 metrics needs a result"):
        open_gate(settings, build)


def with_nodes(settings: Settings, build: Build, **nodes: dict[str, Any]) -> None:
    """A project with more nodes, of which dbt ran none."""
    manifest = read_json(build.target / "manifest.json")
    plain = {"resource_type": "test", "config": {}, "path": "tests/one.sql", "name": "one"}
    manifest["nodes"] |= {name: plain | node for name, node in nodes.items()}
    write_json(build.target / "manifest.json", manifest)
    opened(settings, build)


def test_what_the_project_switched_off_or_does_not_run_need_not_have_passed(settings: Settings, build: Build) -> None:
    off = {"config": {"enabled": False}}
    with_nodes(settings, build, off=off, query={"resource_type": "analysis"}, task={"resource_type": "operation"})


@pytest.mark.parametrize("kind", ["model", "seed", "test", "unit_test"])
def test_a_node_that_nobody_switched_off_must_have_run(kind: str, settings: Settings, build: Build) -> None:
    with pytest.raises(ReleaseError, match=r"did not run: \['late'\]"):
        with_nodes(settings, build, late={"resource_type": kind})
