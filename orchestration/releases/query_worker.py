"""Process that runs one query on a release, within limits that the kernel enforces.

Standard input is a line of JSON with the database, the limits and the SQL. The rows are an Arrow stream on standard
output. A refusal is written to standard error as JSON: what failed, and what to do.
"""

import json
import os
import re
import resource
import signal
import sys
import threading
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.core.errors import ReleaseError
from orchestration.releases.bounded_query import REFUSED
from orchestration.releases.read_only import open_read_only

BATCH = 8192
"""Rows of one batch."""
LONGEST_MESSAGE = 10_000
"""Characters of a message of DuckDB: they fit into a pipe, which nobody reads before the rows end."""
DUCKDB_SHARE, KERNEL_SHARE = 0.8, 1.25
"""Shares of the memory limit that DuckDB keeps itself, and that the kernel grants to the process, reserved memory included."""


def main() -> int:
    """Answer the query on standard input; return the exit code."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    database, seconds, limit, sql = json.loads(sys.stdin.readline())
    signal.setitimer(signal.ITIMER_REAL, seconds)  # the kernel ends the process, whatever DuckDB is doing
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    try:
        with open_read_only(Path(database), megabytes=int(limit * DUCKDB_SHARE / 1e6)) as connection:
            _limit_memory(limit)
            _write(connection, sql)
    except BrokenPipeError:
        return 0
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
    """Exit, also in the middle of a query, when the parent closes the pipe."""
    sys.stdin.read()
    os._exit(0)


def _limit_memory(limit: int) -> None:
    """Have the kernel refuse memory far beyond the limit that DuckDB keeps, which some of its functions ignore (Linux only)."""
    status = Path("/proc/self/status")
    if status.exists() and (used := re.search(r"VmData:\s+(\d+) kB", status.read_text())):
        most = int(used[1]) * 1024 + int(KERNEL_SHARE * limit)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _write(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Write the rows of one statement to standard output as an Arrow stream."""
    if (count := len(connection.extract_statements(sql))) != 1:
        raise ReleaseError(
            f"the query has {count} statements; one query is one statement, and nothing was run"
            if count
            else "the query is empty",
            remedy='pass one statement, such as bilateral query "from ip_receipts limit 5"; combine several with union all',
        )
    relation = connection.sql(sql)
    reader = relation.to_arrow_reader(BATCH) if relation is not None else pa.table({}).to_reader()
    batches = iter(reader)
    first = next(batches, None)  # before the schema is written: what fails at once has no rows
    with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as writer:
        for batch in chain([] if first is None else [first], batches):
            writer.write_batch(batch)
    sys.stdout.buffer.flush()


def _reason(error: Exception, limit: int) -> tuple[str, str]:
    """Return failure and remedy for an error of DuckDB; the first line of its message states the broken rule."""
    message = str(error)[:LONGEST_MESSAGE]
    rule = message.partition("\n")[0]
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError) or "Out of Memory" in message:
        return (
            f"the query needs more memory than its limit, {limit / 1e9:g} GB",
            "narrow it or count fewer rows at once, or raise the limit: BILATERAL_QUERY_GIGABYTES",
        )
    if "attached in read-only mode" in rule:
        return (
            f"the statement would change the release, and releases are read-only: {message}",
            "query with select; for a copy that you can change: bilateral export",
        )
    if "disabled by configuration" in rule:
        return (
            f"the statement reaches outside the release, and queries are confined to it: {message}",
            "to write the rows of a query into a file: bilateral query --output FILE.csv",
        )
    if isinstance(error, duckdb.IOException | duckdb.SerializationException | duckdb.InternalException):
        return (
            f"warehouse.duckdb cannot be read: {message}",
            "verify the release (bilateral releases verify), and roll back to a whole one (bilateral releases rollback)",
        )
    return (
        f"DuckDB rejected the SQL: {message}",
        'list the tables with bilateral query "show tables", and columns with bilateral query "describe ip_receipts"',
    )


if __name__ == "__main__":
    os._exit(main())  # a query that was interrupted leaves threads of DuckDB
