"""One query on a release in a confined process with limits on time and memory; the SQL of others runs nowhere else.

The process reads one line of JSON: database, limits and SQL. It writes the rows as an Arrow stream to
standard output and a refusal as JSON, with failure and remedy, to standard error.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from orchestration.core.errors import BilateralError, ReleaseError
from orchestration.reading.macros import INSTEAD
from orchestration.reading.read_only import WHOLE, open_read_only

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

REFUSED = 3
"""Exit code of a process that refused the query."""

_PASSED_ON = {
    *("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "HOME"),
    *("LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV"),
}
"""Environment variables that the process inherits; keys of publishers are not among them."""

_MOST = 86_400
"""Largest limit, in seconds or gigabytes (10^9 bytes) of memory."""

LONGEST_MESSAGE = 10_000
"""Longest message of DuckDB, in characters; it fits into a pipe that is read only after the last row."""
DUCKDB_SHARE, KERNEL_SHARE = 0.8, 1.25
"""Shares of the memory limit for DuckDB and for the process, which the kernel limits including reservations."""


@dataclass(frozen=True)
class Rows:
    """The schema of an answer and an iterator over its batches, which can be read once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def values(column: pa.Array) -> list[Any]:
    """Return the values of a column; decimals without a fraction become integers, as in DuckDB's own results."""
    import pyarrow as pa

    try:
        listed: list[Any] = column.to_pylist()
    except (OverflowError, ValueError) as error:
        raise ReleaseError(
            f"a day or moment lies outside the years 1 to 9999, or is infinite: {error}",
            remedy="cast it to text, column::varchar, or write Parquet",
        ) from error
    if pa.types.is_decimal(column.type) and column.type.scale == 0:
        return [None if value is None else int(value) for value in listed]
    return listed


@contextmanager
def bounded_query(database: Path, sql: str) -> Iterator[Rows]:
    """Run one statement on the database of a release; its process ends with the block.

    Environment variables may limit seconds and memory; the program itself needs a tenth of a gigabyte.

    Raises:
        ReleaseError: DuckDB rejects the SQL, or a limit is reached, even while rows are read.
        BilateralError: a limit of the environment is out of bounds.
    """
    seconds, gigabytes = _limit("seconds", 60.0, 0.0), _limit("gigabytes", 2.0, 0.2)
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "orchestration.reading.bounded_query"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
        start_new_session=True,  # Ctrl-C reaches this process alone, which ends the worker
    )
    streams = [cast(IO[bytes], stream) for stream in (worker.stdin, worker.stdout, worker.stderr)]
    try:
        with suppress(BrokenPipeError):
            streams[0].write(f"{json.dumps([str(database), seconds, int(gigabytes * 1e9), sql])}\n".encode())
            streams[0].flush()
        parts = _parts(worker, database.parent.name, seconds)
        yield Rows(next(parts), parts)
    finally:
        worker.kill()
        worker.wait()
        for stream in streams:
            with suppress(OSError):
                stream.close()


def _limit(unit: str, default: float, least: float) -> float:
    """Return the limit of a query that the environment sets, or the default where it is unset or empty."""
    variable = f"BILATERAL_QUERY_{unit.upper()}"
    text = os.environ.get(variable) or str(default)
    with suppress(ValueError):
        if least < (limit := float(text)) <= _MOST:
            return limit
    rule = f"the {unit} of a query must be a number above {least:g} and at most {_MOST:,}"
    raise BilateralError(f"{rule}, not {text[:40]!r}", remedy=f"correct or unset {variable}")


def _parts(worker: subprocess.Popen[bytes], release: str, seconds: float) -> Iterator[Any]:
    """Yield the schema of an answer, then its batches."""
    import pyarrow as pa

    with suppress(pa.ArrowInvalid, OSError):  # a worker that failed or was ended leaves part of a stream, or none
        reader = pa.ipc.open_stream(cast(IO[bytes], worker.stdout))
        yield reader.schema
        yield from reader
    message = cast(IO[bytes], worker.stderr).read()
    if not (exit_code := worker.wait()):
        return
    failure = f"the process that ran the query ended without an answer (exit code {exit_code})"
    remedy = "run the query again; if it fails again, it needs more than this machine has"
    if exit_code == REFUSED:
        failure, remedy = json.loads(message)
    elif exit_code == -signal.SIGALRM:
        failure = f"the query was ended after its time limit, {seconds:g} seconds"
        remedy = "narrow it, or raise the limit: BILATERAL_QUERY_SECONDS"
    raise ReleaseError(failure, payload=f"release {release}", remedy=remedy)


def _answer() -> int:
    """Answer the query on standard input within limits that the kernel enforces; return the exit code."""
    import duckdb
    import pyarrow as pa

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    database, seconds, limit, sql = json.loads(sys.stdin.readline())
    signal.setitimer(signal.ITIMER_REAL, seconds)  # the kernel ends the process, whatever DuckDB is doing
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    try:
        with open_read_only(Path(database), megabytes=int(limit * DUCKDB_SHARE / 1e6)) as connection:
            _limit_memory(limit)
            _write(connection, sql)
    except ReleaseError as error:
        reason = error.failure, error.remedy
    except (duckdb.Error, pa.ArrowException, MemoryError, RuntimeError, OSError) as error:  # Arrow raises an OSError
        reason = _reason(error, limit)
    else:
        return 0
    sys.stderr.buffer.write(json.dumps(reason, ensure_ascii=False).encode(errors="replace"))
    sys.stderr.flush()
    return REFUSED


def _exit_with_parent() -> None:
    """Exit when the parent closes the pipe, even during a query."""
    sys.stdin.read()
    os._exit(0)


def _limit_memory(limit: int) -> None:
    """Have the kernel refuse memory far beyond DuckDB's limit, which some functions ignore (Linux only)."""
    status = Path("/proc/self/status")
    if status.exists() and (used := re.search(r"VmData:\s+(\d+) kB", status.read_text())):
        most = int(used[1]) * 1024 + int(KERNEL_SHARE * limit)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _write(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Write the rows of one statement to standard output as an Arrow stream."""
    import pyarrow as pa

    if (count := len(connection.extract_statements(sql))) != 1:
        raise ReleaseError(
            f"the query has {count} statements; pass one statement. Nothing was run",
            remedy='pass one statement, such as bilateral query "from ip_receipts limit 5", or combine with union all',
        )
    relation = connection.sql(sql)
    reader = relation.to_arrow_reader(8192) if relation is not None else pa.table({}).to_reader()
    batches = iter(reader)
    first = list(islice(batches, 1))  # before the schema is written: what fails at once has no rows
    with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as writer:
        for batch in chain(first, batches):
            writer.write_batch(batch)
    sys.stdout.buffer.flush()


def _reason(error: Exception, limit: int) -> tuple[str, str]:
    """Return failure and remedy of a DuckDB error; the first line of its message states the broken rule."""
    import duckdb

    message = str(error)[:LONGEST_MESSAGE]
    rule, _, _ = message.partition("\n")
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError) or "Out of Memory" in message:
        remedy = "narrow it or count fewer rows at once, or raise the limit: BILATERAL_QUERY_GIGABYTES"
        return f"the query needs more memory than its limit, {limit / 1e9:g} GB", remedy
    if INSTEAD in message:  # an error that views and macros of the release raise
        failure, _, remedy = message.partition(": ")[2].partition(INSTEAD)
        return failure, remedy
    failure = "DuckDB rejected the SQL"
    remedy = (
        'list the tables with bilateral query "show tables", and columns with bilateral query "describe ip_receipts"'
    )
    if "attached in read-only mode" in rule:
        failure = "the statement would change the release, and releases are read-only"
        remedy = "query with select; to change figures, copy warehouse.duckdb out of the release and open the copy"
    elif "disabled by configuration" in rule:
        failure = "the statement reaches outside the release, and queries are confined to it"
        remedy = "to write the rows of a query into a file: bilateral query --output FILE.csv"
    elif isinstance(error, duckdb.IOException | duckdb.SerializationException | duckdb.InternalException):
        failure, remedy = "warehouse.duckdb cannot be read", WHOLE
    return f"{failure}: {message}", remedy


if __name__ == "__main__":
    os._exit(_answer())  # a query that was interrupted leaves threads of DuckDB
