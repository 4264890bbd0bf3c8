"""Process that runs one query on a release, within limits that the kernel enforces.

Standard input is a line of JSON with the database, the limits and the SQL. The rows are an Arrow stream on standard
output. The exit code states the outcome, and standard error has DuckDB's message.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.releases.bounded_query import MEMORY, NOT_ONE, REJECTED, UNREADABLE
from orchestration.releases.read_only import open_read_only

BATCH = 8192
"""Rows of one batch."""
LONGEST_MESSAGE = 10_000
"""Characters of a message that fit into a pipe, which nobody reads before the rows end."""
DUCKDB_SHARE, KERNEL_SHARE = 0.8, 1.25
"""Shares of the memory limit that DuckDB keeps itself, and that the kernel grants to the process, reserved memory included."""


def main() -> int:
    """Answer the query on standard input; return the outcome."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    database, seconds, limit, sql = json.loads(sys.stdin.readline())
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    try:
        with open_read_only(Path(database), megabytes=int(limit * DUCKDB_SHARE / 1e6)) as connection:
            _limit_memory(limit)
            return _answer(connection, sql, seconds)
    except duckdb.Error as error:
        return _failed(UNREADABLE, error)


def _exit_with_parent() -> None:
    """Exit, also in the middle of a query, when the parent closes the pipe."""
    sys.stdin.read()
    os._exit(0)


def _limit_memory(limit: int) -> None:
    """Have the kernel refuse memory far beyond the limit that DuckDB keeps, which some of its functions ignore (Linux only)."""
    status = Path("/proc/self/status")
    if status.exists() and (used := re.search(r"VmData:\s+(\d+) kB", status.read_text())):
        most = int(used[1]) * 1024 + int(KERNEL_SHARE * limit)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, seconds: float) -> int:
    """Write the rows. SIGALRM ends the process once DuckDB worked longer than the limit; a slow reader costs no time."""
    writer, left, parts = None, seconds, _parts(connection, sql)
    try:
        while True:
            signal.setitimer(signal.ITIMER_REAL, left)
            part = next(parts, None)
            left = max(signal.setitimer(signal.ITIMER_REAL, 0)[0], 1e-6)
            if part is None:
                break
            if writer is None:
                writer = pa.ipc.new_stream(sys.stdout.buffer, part)
            else:
                writer.write_batch(part)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except (duckdb.Error, pa.ArrowException, MemoryError, RuntimeError, OSError) as error:  # Arrow raises an OSError
        signal.setitimer(signal.ITIMER_REAL, 0)
        is_memory = isinstance(error, duckdb.OutOfMemoryException | MemoryError) or "Out of Memory" in str(error)
        return _failed(MEMORY if is_memory else REJECTED, error)
    if writer is not None:
        writer.close()
    sys.stdout.buffer.flush()
    return 0


def _failed(outcome: int, error: Exception) -> int:
    print(str(error)[:LONGEST_MESSAGE], file=sys.stderr)
    return outcome


def _parts(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Any]:
    """Yield the schema of the answer, then its batches."""
    if (count := len(connection.extract_statements(sql))) != 1:
        raise duckdb.InvalidInputException(f"{NOT_ONE}{count} statements")
    relation = connection.sql(sql)
    reader = relation.to_arrow_reader(BATCH) if relation is not None else pa.table({}).to_reader()
    batches = iter(reader)
    first = next(batches, None)  # before the schema: what fails at once has no rows
    yield reader.schema
    yield from [] if first is None else [first]
    yield from batches


if __name__ == "__main__":
    outcome = 0
    try:
        outcome = main()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    os._exit(outcome)  # a query that was interrupted leaves threads of DuckDB
