"""Process that runs queries on one release, within limits that the kernel enforces.

The first line of standard input is JSON with the database, the limits and the overflow folder; each line after it is a query as JSON.
An answer is a line and an Arrow stream with the rows, if there are any, and a line with the outcome, without which it was cut short.
"""

from __future__ import annotations

import json
import os
import queue
import re
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa

from orchestration.releases.bounded_query import DONE, MEMORY, NOT_ONE, REJECTED, ROWS, UNREADABLE
from orchestration.releases.read_only import open_read_only

BATCH = 8192
"""Rows of one batch."""
DUCKDB_SHARE, KERNEL_SHARE = 0.8, 1.25
"""Shares of the memory limit that DuckDB keeps itself, and that the kernel grants to the process, reserved memory included."""


def main() -> None:
    """Answer queries until standard input ends."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    database, seconds, limit, overflow = json.loads(sys.stdin.readline())
    queries: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_queries, args=(queries,), daemon=True).start()
    megabytes = int(limit * DUCKDB_SHARE / 1e6)
    try:
        with open_read_only(Path(database), megabytes=megabytes, overflow=overflow and Path(overflow)) as connection:
            _limit_memory(limit)
            while True:
                _answer(connection, queries.get(), seconds, answers)
    except duckdb.Error as error:
        _write_line(answers, UNREADABLE, str(error))


def _read_queries(queries: queue.SimpleQueue[str]) -> None:
    """Queue incoming queries; exit, also in the middle of a query, when the parent closes the pipe."""
    for line in sys.stdin:
        queries.put(json.loads(line))
    os._exit(0)


def _limit_memory(limit: int) -> None:
    """Have the kernel refuse memory far beyond the limit that DuckDB keeps, which some of its functions ignore (Linux only)."""
    status = Path("/proc/self/status")
    if status.exists() and (used := re.search(r"VmData:\s+(\d+) kB", status.read_text())):
        most = int(used[1]) * 1024 + int(KERNEL_SHARE * limit)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, seconds: float, answers: IO[bytes]) -> None:
    """Write the answer. SIGALRM ends the process once DuckDB worked longer than the limit; a slow reader costs no time."""
    writer, left, parts = None, seconds, _parts(connection, sql)
    outcome, message = DONE, ""
    try:
        while True:
            signal.setitimer(signal.ITIMER_REAL, left)
            part = next(parts, None)
            left = max(signal.setitimer(signal.ITIMER_REAL, 0)[0], 1e-6)
            if part is None:
                break
            if writer is None:
                _write_line(answers, ROWS)
                writer = pa.ipc.new_stream(answers, part)
            else:
                writer.write_batch(part)
            answers.flush()
    except (duckdb.Error, pa.ArrowException, MemoryError, RuntimeError) as error:
        is_memory = isinstance(error, duckdb.OutOfMemoryException | MemoryError) or "Out of Memory" in str(error)
        outcome, message = MEMORY if is_memory else REJECTED, str(error)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if writer is not None:
        writer.close()
    _write_line(answers, outcome, message)


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


def _write_line(answers: IO[bytes], outcome: str, message: str = "") -> None:
    answers.write(f"{json.dumps([outcome, message])}\n".encode())
    answers.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)
