"""The message of a failed dbt node: rule, rows and their payloads. All figures here are synthetic."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.catalog.catalog_tables import payload_table
from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.transform.build import RUNS, Build, remove_old_builds
from orchestration.transform.dbt_failures import REMEDY_OF_MODEL, dbt_refusal
from tests.unit import synthetic_source as synthetic

TEST = "test.bilateral.figures_are_small.1"
MODEL = "model.bilateral.stg_figures"
UNIT_TEST = "unit_test.bilateral.figures.by_hand"


def build_with(folder: Path, results: list[dict[str, Any]]) -> Build:
    build = Build(folder)
    payloads = build.raw / "catalogue" / "payloads" / "payloads.parquet"
    payloads.parent.mkdir(parents=True)
    pq.write_table(payload_table([synthetic.origin(b"a"), synthetic.origin(b"b", resource="more")], {}), payloads)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(
            "create table figures as select 'synthetic' as source, 'more' as resource, 2024 as year, 9 as value"
        )
    node = {
        "resource_type": "test",
        "name": "figures_are_small",
        "description": "Fault: a unit slip.",
        "original_file_path": "models/staging/synthetic/figures.yml",
    }
    write_json(build.target / "manifest.json", {"nodes": {TEST: node}, "unit_tests": {}})
    write_json(build.target / "run_results.json", {"results": results})
    return build


def result(status: str) -> dict[str, Any]:
    return {
        "unique_id": TEST,
        "status": status,
        "message": "Got 1 result",
        "compiled_code": "select * from figures where value > 1",
    }


def test_a_failed_test_names_rule_rows_and_payload(tmp_path: Path) -> None:
    refusal = dbt_refusal(build_with(tmp_path / "build", [result("fail")]))
    assert refusal is not None
    assert refusal.publisher == "Synthetic Statistics Office"
    assert refusal.payload is not None
    assert refusal.payload.startswith("synthetic/more/more.csv sha256:")
    assert "synthetic/figures" not in refusal.payload, (
        "the rows name their resource, so that the other one is not blamed"
    )
    for part in (
        "figures_are_small",
        "Fault: a unit slip.",
        "year=2024, value=9",
        "models/staging/synthetic/figures.yml",
    ):
        assert part in refusal.failure


QUERY = (
    "select * from (values ('USA', 1, 'A'), (null, 2, 'A'), ('CHN', 3, 'B'), ('CHN', 3, 'B')) as t(area, value, status)"
)
CONSTRAINTS = {
    "1 row breaks the constraint not_null area": ({"type": "not_null"}, None),
    "2 rows break the constraint check (value < 3)": ({"type": "check", "expression": "value < 3"}, None),
    "2 rows break the constraint status_is_known": (
        {"type": "check", "name": "status_is_known", "expression": "status <> 'B'"},
        None,
    ),
    "3 rows break the constraint primary_key area+value": (None, {"type": "primary_key", "columns": ["area", "value"]}),
    "2 rows break the constraint unique area": ({"type": "unique"}, None),
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_broken_constraint_names_its_rows_and_their_payload(name: str, tmp_path: Path) -> None:
    of_column, of_model = CONSTRAINTS[name]
    query = f"select 'synthetic' as source, 'more' as resource, * from ({QUERY}) order by value desc"
    build = build_with(
        tmp_path / "build", [{"unique_id": MODEL, "status": "error", "message": "broken", "compiled_code": query}]
    )
    node = {
        "resource_type": "model",
        "name": "stg_figures",
        "config": {"contract": {"enforced": True}},
        "columns": {"area": {"name": "area", "constraints": [of_column] if of_column else []}},
        "constraints": [of_model] if of_model else [],
    }
    write_json(build.target / "manifest.json", {"nodes": {MODEL: node}})
    refusal = dbt_refusal(build)
    assert refusal is not None
    assert name in refusal.failure
    assert ("area=None" in refusal.failure) == ("not_null" in name or "primary" in name)
    assert refusal.payload is not None
    assert refusal.payload.startswith("synthetic/more/more.csv")


@pytest.mark.parametrize("message", ["This model has an enforced contract that failed.", "Binder Error: no column x"])
def test_a_model_that_breaks_its_own_contract_blames_no_payload(message: str, tmp_path: Path) -> None:
    failed = {"unique_id": MODEL, "status": "error", "message": message, "compiled_code": "select x from figures"}
    build = build_with(tmp_path / "build", [failed])
    node = {"resource_type": "model", "name": "stg_figures", "config": {"contract": {"enforced": True}}}
    write_json(build.target / "manifest.json", {"nodes": {MODEL: node}})
    refusal = dbt_refusal(build)
    assert refusal is not None
    assert message in refusal.failure
    assert refusal.publisher is refusal.payload is None
    assert refusal.remedy == REMEDY_OF_MODEL


def test_a_failed_unit_test_blames_no_publisher(tmp_path: Path) -> None:
    build = build_with(
        tmp_path / "build", [result("fail") | {"unique_id": UNIT_TEST, "message": "\n\nactual differs\r\n\r\n"}]
    )
    unit_test = {"resource_type": "unit_test", "name": "by_hand", "original_file_path": "models/metrics/figures.yml"}
    write_json(build.target / "manifest.json", {"nodes": {}, "unit_tests": {UNIT_TEST: unit_test}})
    refusal = dbt_refusal(build)
    assert refusal is not None
    assert "dbt unit_test by_hand: actual differs\n  declared in models/metrics/figures.yml" in refusal.failure
    assert "year=2024" not in refusal.failure, "its query gives invented rows"
    assert refusal.publisher is refusal.payload is None
    assert "no data are at fault" in str(refusal)


def test_a_failed_row_is_shown_as_the_publisher_wrote_it(tmp_path: Path) -> None:
    build = build_with(tmp_path / "build", [result("fail")])
    sha, lineage = "ab" * 32, {"resource": "more", "vintage": date(2026, 7, 1), "payload_sha256": "ab" * 32}
    raw = build.raw / "synthetic" / "figures" / f"more_2026-07-01_{sha[:16]}_0123abcd.parquet"
    raw.parent.mkdir(parents=True)
    rows = [
        {"code": "C\u200bHN", **lineage, "payload_pointer": "row 7"},
        {"code": "USA", **lineage, "payload_pointer": "row 8"},
    ]
    pq.write_table(pa.Table.from_pylist(rows), raw)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(
            "create or replace table figures as select 'synthetic' as source, 'more' as resource, 9 as value, "
            f"'{sha}' as payload_sha256, 'row 7' as payload_pointer, cast(null as varchar) as area"
        )
    refusal = dbt_refusal(build)
    assert refusal is not None
    assert "as published: code='C\\u200bHN'" in str(refusal)
    assert "USA" not in str(refusal)


def test_builds_of_killed_processes_are_removed(tmp_path: Path) -> None:
    """The number of the process that held the lock does not count: another one may have it by now."""
    settings = Settings(root=tmp_path, data=tmp_path / "data")
    for name in ("crashed", "in_the_making", "of_nobody"):
        (settings.build / RUNS / name).mkdir(parents=True)
    settings.run_locks.mkdir()
    (settings.run_locks / "crashed").write_text(str(os.getpid()))
    program = "import fcntl, sys\nwith open(sys.argv[1], 'w') as one:\n fcntl.flock(one, fcntl.LOCK_EX)\n print(flush=True)\n input()"
    command = [sys.executable, "-c", program, str(settings.run_locks / "in_the_making")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as alive:
        assert alive.stdout
        alive.stdout.readline()
        assert sorted(path.name for path in remove_old_builds(settings)) == ["crashed", "of_nobody"]
        assert [path.name for path in (settings.build / RUNS).iterdir()] == ["in_the_making"]
        alive.kill()
    assert [path.name for path in remove_old_builds(settings)] == ["in_the_making"]
