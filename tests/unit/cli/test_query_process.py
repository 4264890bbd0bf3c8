"""Queries as programs run them: Ctrl-C, a closed pipe, limits, and long answers in constant memory."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli.main import cli
from orchestration.core.settings import Settings
from orchestration.releases.log_writer import record

pytestmark = pytest.mark.slow

MANY = "select i, i / 7 as x, 'text ' || i as t from range(2000000) r(i)"
ENDLESS = "select sum(sqrt(a.range * b.range)) from range(10000000) a, range(10000000) b"
PROGRAM = [sys.executable, "-m", "orchestration.cli.entry"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a data folder with a release of one synthetic table."""
    data = tmp_path / "data"
    folder = data / "releases" / "20260701T000000Z-aaaaaaaa"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create table t as select 7 as n")
    content = {
        "id": folder.name,
        "published_at": "2026-07-01T00:00:00+00:00",
        "tables": {"t": 1},
        "files": {},
        "metrics": {},
    }
    (folder / "release.json").write_text(json.dumps(content), encoding="utf-8")
    record(Settings(tmp_path, data), "published", folder.name, "a synthetic release")
    (data / "releases" / "current").symlink_to(folder.name)
    return {**os.environ, "BILATERAL_DATA": str(data)}


def start(environment: dict[str, str], *arguments: str, **options: Any) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    return subprocess.Popen([*PROGRAM, *arguments], env=environment, **pipes)


@pytest.mark.parametrize("seconds", [0.0, 0.4, 5.0])
def test_ctrl_c_ends_a_query_at_any_moment_without_a_traceback(environment: dict[str, str], seconds: float) -> None:
    begun = (  # Python itself needs a moment before the program begins
        "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); print('begun', flush=True)\n"
        "from orchestration.cli.entry import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", begun, "query", ENDLESS],
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(seconds)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    output, errors = process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT)  # a shell reports both as 130
    assert process.returncode == 130 or seconds < 5.0
    assert (output, "Traceback" in errors) == ("", False)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("sql", "kind", "lines"), [(MANY, "csv", 1), (MANY, "json", 1), ("from t", "table", 0)])
def test_a_closed_pipe_ends_a_query_quietly(environment: dict[str, str], sql: str, kind: str, lines: int) -> None:
    process = start(environment, "query", sql, "--format", kind)
    assert process.stdout is not None
    assert process.stderr is not None
    for _ in range(lines):
        process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=30) == 1
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_two_million_rows_take_little_memory(environment: dict[str, str], tmp_path: Path, kind: str) -> None:
    """The most of the two processes; with all rows in memory it was half a gigabyte."""
    path = tmp_path / f"many.{kind}"
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
    )
    measured = subprocess.run(
        [sys.executable, "-c", code, *PROGRAM, "query", MANY, "--output", str(path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "2,000,000 rows" in measured.stderr
    assert int(measured.stdout) < 220_000
    assert duckdb.sql(f"select count(*), sum(i) from '{path}'").fetchall() == [(2_000_000, 1_999_999_000_000)]  # type: ignore[union-attr]


VALUES = """
select * from (values
  (1::bigint, 1.5::double, 'a', date '2026-07-01', timestamp '2026-07-01 10:00:00', true, 12.50::decimal(9, 2), [1, 2], {'k': 'v'}),
  (null, 'nan'::double, '=1+1', null, null, null, null, null, null),
  (9007199254740993, 'inf'::double, '', date '0044-03-15', timestamp '1600-01-01 00:00:00.5', false, -0.01, [], {'k': null})
) v(whole, number, text, day, moment, truth, money, list, struct)
"""


def test_values_of_every_kind_are_written_exactly(environment: dict[str, str]) -> None:
    def run(kind: str) -> str:
        done = start(environment, "query", VALUES, "--format", kind)
        output, errors = done.communicate(timeout=30)
        assert done.returncode == 0, errors
        return output

    names, first, second, third = csv.reader(io.StringIO(run("csv")))
    assert names == ["whole", "number", "text", "day", "moment", "truth", "money", "list", "struct"]
    assert first[:7] == ["1", "1.5", "a", "2026-07-01", "2026-07-01 10:00:00", "true", "12.50"]
    assert second[:7] == ["", "", "'=1+1", "", "", "", ""]
    assert third[:5] == ["9007199254740993", "inf", "", "0044-03-15", "1600-01-01 00:00:00.5"]
    rows = json.loads(run("json"), parse_constant=pytest.fail)
    filled = [1, 1.5, "a", "2026-07-01", "2026-07-01 10:00:00", True, 12.5, [1, 2], {"k": "v"}]
    assert rows[0] == dict(zip(names, filled, strict=True))
    assert (rows[1]["number"], rows[1]["text"], rows[2]["number"]) == (None, "=1+1", None)
    assert rows[2]["whole"] == 9007199254740993
    assert "9,007,199,254,740,993" in run("table") or "9007199254740993" in run("table")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("releases/log.jsonl", ["status"]),
        ("releases/log.head", ["status"]),
        ("releases/20260701T000000Z-aaaaaaaa/release.json", ["query", "from t"]),
        ("releases/20260701T000000Z-aaaaaaaa/lineage.json", ["explain", "m", "USA", "2020"]),
        ("releases/20260701T000000Z-aaaaaaaa/datapackage.json", ["describe", "t"]),
        ("releases/20260701T000000Z-aaaaaaaa/warehouse.duckdb", ["show", "m", "USA"]),
        ("format.json", ["status"]),
        ("", ["query", "from t", "--output", "a" * 5000 + ".csv"]),
        ("", ["site", "--to", "a" * 5000]),
    ],
)
def test_hostile_files_cause_no_traceback(environment: dict[str, str], name: str, command: list[str]) -> None:
    if name:
        Path(environment["BILATERAL_DATA"], name).write_text("[" * 200_000)
    done = CliRunner().invoke(cli, command, env=environment)
    assert (done.exit_code, "what to do: " in done.stderr) == (1, True), done.output[-2000:]
    assert isinstance(done.exception, SystemExit), "a traceback"
