"""The conditions of the gate, each broken alone over receipts and releases written by hand; what is right passes. All figures are synthetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.guards.suites import load_suite
from orchestration.releases.gate import (
    Acceptance,
    comparable,
    open_gate,
    require_data_remains,
    require_made_of,
    require_not_rolled_back,
)
from orchestration.releases.history import ROLLED_BACK, record
from orchestration.releases.release_store import Release
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


def result_of(position: int, kind: str, *, passed: bool = True) -> dict[str, Any]:
    return {"position": position, "expectation": kind, "fault": "a unit slip", "passed": passed, "observed": "-3"}


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
                "results": [result_of(0, BETWEEN), result_of(1, UNIQUE)],
                "not_asked": [],
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


WHOLE = [result_of(0, BETWEEN), result_of(1, UNIQUE)]
BROKEN: dict[str, tuple[Change, str]] = {
    "no row": (with_(rows=0), "2 of 2 expectations were evaluated, on 0 rows"),
    "fewer rows than none": (with_(rows=-1), "2 of 2 expectations were evaluated, on -1 rows"),
    "one result lost": (with_(results=WHOLE[:1]), "2 of 2 expectations were evaluated, on 1 rows"),
    "one not counted": (with_(evaluated=1), "1 of 2 expectations were evaluated"),
    "one lost and not counted": (with_(evaluated=1, results=WHOLE[:1]), "1 of 2 expectations were evaluated"),
    "one counted twice": (with_(evaluated=3), "3 of 2 expectations were evaluated"),
    "one result twice": (with_(results=[*WHOLE, WHOLE[0]]), "2 of 2 expectations were evaluated"),
    "one there and counted twice": (with_(evaluated=3, results=[*WHOLE, WHOLE[0]]), "3 of 2 expectations were"),
    "one in another's place": (with_(results=[WHOLE[0]] * 2), f"that were not evaluated: {UNIQUE}"),
    "the two exchanged": (
        with_(results=[result_of(1, BETWEEN), result_of(0, UNIQUE)]),
        f"that were not evaluated: {BETWEEN}, {UNIQUE}",
    ),
    "one failed and the whole is said to have passed": (
        with_(results=[WHOLE[0], result_of(1, UNIQUE, passed=False)]),
        rf"expectations of {METRIC} failed: {UNIQUE} \(a unit slip\): observed -3",
    ),
    "none failed and the whole is said to have": (with_(passed=False), f"expectations of {METRIC} failed"),
    "one left out without need": (with_(not_asked=[{"expectation": UNIQUE}]), "lacks expectations other than those"),
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


def test_inputs_are_those_that_the_build_was_made_of(build: Build) -> None:
    with pytest.raises(ReleaseError, match="inputs or code changed since build one"):
        require_made_of(build, "a" * 64)
    write_json(build.inputs, "a" * 64)
    require_made_of(build, "a" * 64)
    with pytest.raises(ReleaseError, match="inputs or code changed since build one"):
        require_made_of(build, "b" * 64)


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


# The release before


def release(folder: Path, **content: Any) -> Release:
    """A release of one table of figures, of which the log and its papers know nothing."""
    (folder / "parquet").mkdir(parents=True)
    (folder / "parquet" / "metric_vintages.parquet").write_bytes(b"figures")
    (folder / "dictionary.md").write_text("words")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create table fct_synthetic as select date '2018-08-01' as vintage")
        connection.execute("create view named_fct_synthetic as from fct_synthetic")
        connection.execute("create table dim_area as select 'AAA' as area")
    files = {str(path.relative_to(folder)): sha256_of(path) for path in folder.rglob("*") if path.is_file()}
    return Release(folder, {"id": folder.name, "files": files, **content})


def suites(**no_data: list[str]) -> dict[str, Any]:
    return {"suites": {name: {"no_data": sources} for name, sources in no_data.items()}}


def test_a_metric_that_was_published_keeps_its_data(tmp_path: Path) -> None:
    before = release(tmp_path / "r1", metrics={"kept": {}, "lost": {}, "gone": {}})
    receipt = suites(kept=[], never=["bea"], lost=["wipo", "oecd"], gone=["bea"])
    with pytest.raises(ReleaseError) as refused:
        require_data_remains(before, receipt, Acceptance(None))
    assert "metrics that had data have none any more: lost, gone" in str(refused.value)
    assert "fetch wipo or oecd; bea; " in str(refused.value)
    assert refused.value.payload == "r1"
    accepted = Acceptance("the office closed its service")
    require_data_remains(before, receipt, accepted)
    assert accepted.as_json() == {
        "reason": "the office closed its service",
        "instead_of": ["metrics that had data have none any more: lost, gone"],
    }
    for current, harmless in ((None, receipt), (before, suites(kept=[], never=["bea"]))):
        unused = Acceptance("not needed")
        require_data_remains(current, harmless, unused)
        assert unused.as_json() is None


def test_only_whole_figures_are_compared_with(tmp_path: Path) -> None:
    before = release(tmp_path / "r1")
    assert comparable(None, Acceptance(None)) is None
    assert comparable(before, Acceptance(None)) is before
    (before.folder / "dictionary.md").unlink()
    assert comparable(before, Acceptance(None)) is before, "its figures are whole"
    (before.folder / "parquet" / "metric_vintages.parquet").write_bytes(b"others")
    with pytest.raises(ReleaseError, match=r"metric_vintages.parquet of r1 differs from what was published") as refused:
        comparable(before, Acceptance(None))
    assert refused.value.payload == "r1"
    assert comparable(before, Acceptance("a disk broke")) is None


def test_what_was_rolled_back_from_is_refused_by_day_and_reason(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782864000")
    settings.releases.mkdir(parents=True)
    wrong = {"from_release": "r2", "from_fingerprint": "b" * 64}
    record(settings, ROLLED_BACK, "r1", "half a year", fingerprint="a" * 64, **wrong)
    require_not_rolled_back(settings, "a" * 64, Acceptance(None))
    with pytest.raises(
        ReleaseError, match="r2, of the same inputs and code, was rolled back on 2026-07-01: half a year"
    ):
        require_not_rolled_back(settings, "b" * 64, Acceptance(None))
    require_not_rolled_back(settings, "b" * 64, Acceptance("it was right after all"))
