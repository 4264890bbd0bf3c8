"""Queries end at their limits, whatever DuckDB is doing, and leave no process behind. No figure here is official."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from orchestration.core.errors import BilateralError, ReleaseError
from orchestration.core.query_limits import QueryLimits, limits_from
from orchestration.releases.bounded_query import QuerySession, query_session

pytestmark = pytest.mark.slow

DEAF = "select levenshtein(repeat('a', 300000), repeat('b', 300000))"
"""One call of a function that takes minutes and does not ask whether anybody still waits for it."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "synthetic" / "warehouse.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select range as i, 'text ' || range as s from range(20000)")
    return path


@pytest.fixture
def session(database: Path) -> Iterator[QuerySession]:
    with query_session(database, QueryLimits(seconds=30, gigabytes=0.3)) as session:
        yield session


def refused(session: QuerySession, sql: str) -> ReleaseError:
    """The refusal of a query whose rows are asked for one after the other."""
    with pytest.raises(ReleaseError) as caught:
        deque(session.ask(sql).batches, maxlen=0)
    return caught.value


def workers() -> set[int]:
    """The query workers that this process has started and that are alive."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (entry / "cmdline").read_bytes()
            if b"query_worker" in command and int(parent) == os.getpid() and state != "Z":
                found.add(int(entry.name))
    return found


def test_rows_come_in_batches_and_in_order(session: QuerySession) -> None:
    rows = session.ask("from t order by i")
    batches = list(rows.batches)
    assert rows.schema.names == ["i", "s"]
    assert len(batches) > 1
    assert [value for batch in batches for value in batch.column(0).to_pylist()] == list(range(20000))


def test_an_answer_without_rows_has_its_columns(session: QuerySession) -> None:
    rows = session.ask("from t where i < 0")
    assert rows.schema.names == ["i", "s"]
    assert sum(batch.num_rows for batch in rows.batches) == 0


def test_a_session_reads_like_a_connection_of_duckdb(session: QuerySession, database: Path) -> None:
    sql = "select i, s, sum(i) over () as whole, i::double as f, date '2026-07-01' as d, [i] as l, null as n from t order by i limit 3"
    with duckdb.connect(str(database), read_only=True) as connection:
        expected = connection.execute(sql)
        names, rows = [column[0] for column in expected.description or ()], expected.fetchall()
    cursor = session.execute(sql)
    assert [column[0] for column in cursor.description] == names
    assert cursor.fetchall() == rows
    assert [type(value) for value in cursor.fetchall()[0]] == [type(value) for value in rows[0]]


@pytest.mark.parametrize("sql", [DEAF, "select sum(sqrt(a.i * b.i)) from t a, t b, t c", "select * from t a, t b, t c"])
def test_a_query_ends_at_its_time_limit_whatever_it_does(database: Path, sql: str) -> None:
    with query_session(database, QueryLimits(seconds=2)) as session:
        session.execute("select 1")
        started = time.monotonic()
        refusal = refused(session, sql)
        assert time.monotonic() - started < 20
        assert "ended after its time limit, 2 seconds" in refusal.failure
        assert "BILATERAL_QUERY_SECONDS" in str(refusal.remedy)
        assert session.execute("select count(*) from t").fetchall() == [(20000,)]  # the next one is answered
    assert not workers()


def test_the_time_in_which_nobody_asks_for_rows_does_not_count(database: Path) -> None:
    with query_session(database, QueryLimits(seconds=2)) as session:
        batches = session.ask("select a.i from t a, t b limit 400000").batches
        count = next(batches).num_rows
        time.sleep(3)
        assert count + sum(batch.num_rows for batch in batches) == 400000


@pytest.mark.parametrize(
    "sql",
    [
        "select len(range(1000000000))",
        "select len(repeat('x', 2000000000))",
        "select len(string_agg(a.s, ',')) from t a, t b",
        "select len(list(a.s || b.s)) from t a, t b",
        "select a.s, b.s, c.i from t a, t b, t c order by a.s || b.s, c.i desc",
        "create temp table x as select a.i, b.s || a.s as s from t a, t b",
    ],
)
def test_a_query_ends_at_its_memory_limit(session: QuerySession, sql: str) -> None:
    assert "needs more memory than its limit, 0.3 GB" in refused(session, sql).failure
    assert session.execute("select 1").fetchall() == [(1,)]


def memory_of(process: int) -> int:
    """Bytes of its own that a process has in memory."""
    pages = Path(f"/proc/{process}/statm").read_text().split()
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")


def test_our_own_queries_go_to_the_disk_where_memory_ends(database: Path, tmp_path: Path) -> None:
    sql = "select sum(place) from (select row_number() over (order by hash(range)) as place from range(8000000))"
    limits = QueryLimits(seconds=60, gigabytes=0.35)
    with query_session(database, limits) as session, pytest.raises(ReleaseError, match=r"its limit, 0\.35 GB"):
        session.execute(sql)
    with query_session(database, limits, overflow=tmp_path) as session:
        assert session.execute(sql).fetchall() == [(8000000 * 8000001 // 2,)]
    assert not list(tmp_path.glob("*.tmp")), "nothing is left of it"


def test_the_process_itself_may_not_use_more_than_the_limit(database: Path) -> None:
    """DuckDB's own limit does not hold for all that it does: the whole of the process is watched."""
    with query_session(database, QueryLimits(seconds=60, gigabytes=0.3)) as session:
        session.execute("select 1")
        (worker,) = workers()
        peak = 0
        asker = threading.Thread(target=refused, args=(session, "select len(repeat('x', 2000000000))"))
        asker.start()
        while asker.is_alive():
            with suppress(OSError, IndexError):
                peak = max(peak, memory_of(worker))
            time.sleep(0.005)
    assert peak < 0.6e9


def test_an_answer_that_is_kept_whole_is_not_larger_than_the_limit(session: QuerySession) -> None:
    with pytest.raises(ReleaseError, match=r"rows of the answer take more memory than its limit, 0\.3 GB"):
        session.execute("select a.i, b.i as j from t a, t b limit 50000000")


def test_no_statement_raises_a_limit(session: QuerySession) -> None:
    for sql in (
        "set memory_limit = '100GB'",
        "set threads = 64",
        "pragma memory_limit = '100GB'",
        "reset memory_limit",
    ):
        with pytest.raises(ReleaseError, match="locked"):
            session.execute(sql)


def test_temporary_tables_last_over_statements(session: QuerySession) -> None:
    session.execute("create temp table mine as select 7 as n")
    assert session.execute("from mine").fetchall() == [(7,)]


def test_who_stops_in_the_middle_leaves_no_row_for_the_next(session: QuerySession) -> None:
    batches = session.ask("from t").batches
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert session.execute("select 'next'").fetchall() == [("next",)]


def test_the_worker_sees_no_key_of_a_publisher(session: QuerySession, monkeypatch: pytest.MonkeyPatch) -> None:
    session.execute("select 1")
    (worker,) = workers()
    names = {entry.partition(b"=")[0] for entry in Path(f"/proc/{worker}/environ").read_bytes().split(b"\0")}
    assert not {
        name for name in names if name.startswith((b"BILATERAL", b"AWS")) or name.endswith((b"_KEY", b"_TOKEN"))
    }


def test_a_worker_ends_when_its_asker_is_killed_in_the_middle_of_a_query(database: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from orchestration.releases.bounded_query import query_session\n"
        "with query_session(Path(sys.argv[1])) as session:\n"
        "    session.execute('select 1'); print(session._worker.pid, flush=True); session.execute(sys.argv[2])\n"
    )
    endless = "select sum(sqrt(a.i * b.i)) from t a, t b, t c"
    asker = subprocess.Popen([sys.executable, "-c", program, database, endless], stdout=subprocess.PIPE, text=True)
    assert asker.stdout is not None
    worker = int(asker.stdout.readline())
    time.sleep(0.5)
    asker.kill()
    asker.wait()
    asker.stdout.close()
    deadline = time.monotonic() + 10
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(worker)


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_that_dies_is_reported_in_words_and_replaced(session: QuerySession) -> None:
    session.execute("select 1")
    (worker,) = workers()
    os.kill(worker, signal.SIGSEGV)
    with pytest.raises(ReleaseError, match=r"ended without an answer \(exit code -11\)"):
        session.execute("select 2")
    assert session.execute("select 3").fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("environment", "limits"),
    [
        ({}, QueryLimits(60, 2)),
        ({"BILATERAL_QUERY_SECONDS": "5", "BILATERAL_QUERY_GIGABYTES": "0.5"}, QueryLimits(5, 0.5)),
        ({"BILATERAL_QUERY_SECONDS": ""}, QueryLimits(60, 2)),
    ],
)
def test_limits_of_the_environment(environment: dict[str, str], limits: QueryLimits) -> None:
    assert limits_from(environment) == limits


@pytest.mark.parametrize("name", ["BILATERAL_QUERY_SECONDS", "BILATERAL_QUERY_GIGABYTES"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "1e30", "a minute"])
def test_a_limit_that_is_none_is_refused_in_words(name: str, value: str) -> None:
    with pytest.raises(BilateralError, match="must be"):
        limits_from({name: value})
