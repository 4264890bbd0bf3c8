"""Queries end at their limits, whatever DuckDB is doing, and leave no process behind. No figure here is official."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.core.errors import BilateralError, ReleaseError
from orchestration.reading.bounded_query import bounded_query, values

pytestmark = pytest.mark.slow

DEAF = "select levenshtein(repeat('a', 300000), repeat('b', 300000))"
"""One call of a function that takes minutes and that DuckDB cannot interrupt."""
ENDLESS = "select sum(sqrt(a.i * b.i)) from t a, t b, t c"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of 20,000 rows, whose queries may take 0.3 GB and half a minute."""
    monkeypatch.setenv("BILATERAL_QUERY_SECONDS", "30")
    monkeypatch.setenv("BILATERAL_QUERY_GIGABYTES", "0.3")
    path = tmp_path / "synthetic" / "warehouse.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select range as i, 'text ' || range as s from range(20000)")
    return path


def rows_of(database: Path, sql: str) -> list[tuple[object, ...]]:
    with bounded_query(database, sql) as rows:
        return [row for batch in rows.batches for row in zip(*map(values, batch.columns), strict=True)]


def workers(parent: int) -> set[int]:
    """Return the living query workers that a process started."""
    alive = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent_of = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if b"bounded_query" in (entry / "cmdline").read_bytes() and int(parent_of) == parent and state != "Z":
                alive.add(int(entry.name))
    return alive


def test_rows_come_in_batches_and_in_order(database: Path) -> None:
    with bounded_query(database, "from t order by i") as rows:
        batches = list(rows.batches)
    assert rows.schema.names == ["i", "s"]
    assert len(batches) > 1
    assert [value for batch in batches for value in batch.column(0).to_pylist()] == list(range(20000))
    ((total, half),) = rows_of(database, "select sum(i), 0.5::decimal(2, 1) from t")
    assert (type(total), total, type(half)) == (int, 199_990_000, Decimal), "a sum of whole numbers is one"


@pytest.mark.parametrize("sql", [DEAF, ENDLESS])
def test_a_query_ends_at_its_time_limit(database: Path, monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    monkeypatch.setenv("BILATERAL_QUERY_SECONDS", "2")
    started = time.monotonic()
    with pytest.raises(ReleaseError, match=r"(?s)ended after its time limit, 2 seconds.*BILATERAL_QUERY_SECONDS"):
        rows_of(database, sql)
    assert time.monotonic() - started < 20
    assert not workers(os.getpid())


@pytest.mark.parametrize(
    "sql",
    [
        "select len(range(1000000000))",
        "select len(string_agg(a.s, ',')) from t a, t b",
        "select a.s, b.s, c.i from t a, t b, t c order by a.s || b.s, c.i desc",
    ],
)
def test_a_query_ends_at_its_memory_limit(database: Path, sql: str) -> None:
    with pytest.raises(ReleaseError, match=r"needs more memory than its limit, 0\.3 GB"):
        rows_of(database, sql)


@pytest.mark.parametrize(
    "sql", ["set memory_limit = '100GB'", "set threads = 64", "pragma memory_limit = '100GB'", "reset memory_limit"]
)
def test_no_statement_raises_a_limit(database: Path, sql: str) -> None:
    with pytest.raises(ReleaseError, match="locked"):
        rows_of(database, sql)
    assert rows_of(database, "select current_setting('memory_limit')") == [("228.8 MiB",)], "four fifths of 0.3 GB"


def test_a_query_is_one_statement_that_reads(database: Path) -> None:
    refused = {"/* a remark */": "0 statements", "from t; from t": "2 statements", "delete from t": "read-only"}
    for sql, words in refused.items():
        with pytest.raises(ReleaseError, match=words):
            rows_of(database, sql)


def test_the_worker_sees_no_key_of_a_publisher(database: Path) -> None:
    with bounded_query(database, "select a.i from t a, t b"):
        (worker,) = workers(os.getpid())
        names = {entry.partition(b"=")[0] for entry in Path(f"/proc/{worker}/environ").read_bytes().split(b"\0")}
    assert not {
        name for name in names if name.startswith((b"BILATERAL", b"AWS")) or name.endswith((b"_KEY", b"_TOKEN"))
    }


def test_a_worker_ends_when_its_parent_is_killed_in_the_middle_of_a_query(database: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from orchestration.reading.bounded_query import bounded_query\n"
        "with bounded_query(Path(sys.argv[1]), sys.argv[2]): pass\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, database, ENDLESS])
    started = wait_until(lambda: workers(parent.pid))
    time.sleep(1)
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not any(map(is_alive, started)))


def wait_until(condition: Callable[[], Any]) -> Any:
    """Return the first true value of a condition; the last value after ten seconds."""
    deadline = time.monotonic() + 10
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_that_crashes_is_reported(database: Path) -> None:
    with bounded_query(database, "select a.i from t a, t b") as rows:
        (worker,) = workers(os.getpid())
        os.kill(worker, signal.SIGSEGV)
        with pytest.raises(ReleaseError, match=r"ended without an answer \(exit code -11\)"):
            list(rows.batches)


@pytest.mark.parametrize("name", ["BILATERAL_QUERY_SECONDS", "BILATERAL_QUERY_GIGABYTES"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "1e30", "a minute"])
def test_invalid_limits_are_refused(database: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BilateralError, match="must be"):
        rows_of(database, "select 1")
