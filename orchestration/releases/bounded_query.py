"""Queries on a release in a confined process with limits on time and memory; every interface queries through here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from orchestration.core.errors import ReleaseError
from orchestration.core.query_limits import QueryLimits, limits_from

if TYPE_CHECKING:
    import pyarrow as pa

ROWS, DONE, MEMORY, REJECTED, UNREADABLE = "rows", "done", "memory", "rejected", "unreadable"
"""What a line of the worker announces: rows, or how the query ended."""
NOT_ONE = "Not one statement: "
"""Beginning of the message about SQL that is not one statement, before their number."""

_PASSED_ON = {
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "LD_LIBRARY_PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "VIRTUAL_ENV",
}
"""Environment variables of the worker; the keys of publishers are not among them."""


@dataclass(frozen=True)
class Rows:
    """The schema of an answer and its rows in batches, which can be iterated once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def values(column: pa.Array) -> list[Any]:
    """Return the values of a column; decimals without a fraction become integers, as in DuckDB's own results.

    Raises:
        ReleaseError: a date or timestamp is outside the range of Python.
    """
    import pyarrow as pa

    try:
        listed: list[Any] = column.to_pylist()
    except (OverflowError, ValueError) as error:
        raise ReleaseError(
            f"a day or moment lies outside of the years 1 to 9999, or is infinite: {error}",
            remedy="cast it to text, column::varchar, or write Parquet",
        ) from error
    if pa.types.is_decimal(column.type) and column.type.scale == 0:
        return [None if value is None else int(value) for value in listed]
    return listed


class Cursor:
    """All rows of an answer, with the methods of a DuckDB cursor that the callers use."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.description = [(name,) for name in table.schema.names]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows as tuples."""
        return [
            row
            for batch in self._table.to_batches()
            for row in zip(*(values(column) for column in batch.columns), strict=True)
        ]


class QuerySession:
    """Consecutive queries on one release in one process; temporary tables last until a limit ends the process."""

    def __init__(self, database: Path, limits: QueryLimits, label: str, overflow: Path | None = None) -> None:
        """``label`` names the release in messages; see ``open_read_only`` for ``overflow``."""
        self._database, self._label, self._overflow = database, label, overflow
        self.limits = limits
        self._worker = self._start()

    def ask(self, sql: str) -> Rows:
        """Run one statement.

        Raises:
            ReleaseError: DuckDB rejects the SQL, here or while the rows are read, or a limit is reached; the message says which.
        """
        if self._worker.poll() is not None:
            self.close()
            self._worker = self._start()
        self._send(self._worker, sql)
        parts = self._parts(self._worker)
        return Rows(next(parts), parts)

    def execute(self, sql: str) -> Cursor:
        """Run one statement; return all its rows. Raises what ``ask`` raises."""
        return Cursor(self.frame_rows(sql))

    def frame_rows(self, sql: str) -> pa.Table:
        """Run one statement; return all its rows as a table.

        Raises:
            ReleaseError: as ``ask``, or the rows take more memory than the limit.
        """
        import pyarrow as pa

        rows, batches, size = self.ask(sql), list[pa.RecordBatch](), 0
        for batch in rows.batches:
            batches.append(batch)
            size += batch.nbytes
            if size > self.limits.bytes:
                self.close()
                raise self._refusal(
                    f"the rows of the answer take more memory than its limit, {self.limits.gigabytes:g} GB",
                    "ask for fewer rows, or write them to a file: bilateral query --output FILE.csv",
                )
        return pa.Table.from_batches(batches, rows.schema)

    def close(self) -> None:
        """End the process, also in the middle of a query."""
        self._worker.kill()
        self._worker.wait()
        for stream in (self._worker.stdin, self._worker.stdout):
            with suppress(OSError):
                cast(IO[bytes], stream).close()

    def _start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "orchestration.releases.query_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
            start_new_session=True,  # Ctrl-C reaches this process alone, which ends the worker
        )
        overflow = str(self._overflow) if self._overflow else None
        self._send(worker, [str(self._database), self.limits.seconds, self.limits.bytes, overflow])
        return worker

    def _send(self, worker: subprocess.Popen[bytes], content: object) -> None:
        stream = cast(IO[bytes], worker.stdin)
        with suppress(BrokenPipeError):
            stream.write(f"{json.dumps(content)}\n".encode())
            stream.flush()

    def _parts(self, worker: subprocess.Popen[bytes]) -> Iterator[Any]:
        """Yield the schema of an answer and its batches; end the worker unless the whole answer was read."""
        import pyarrow as pa

        answers, is_whole = cast(IO[bytes], worker.stdout), False
        try:
            line = answers.readline()
            if line and json.loads(line)[0] == ROWS:
                with suppress(pa.ArrowInvalid, OSError):  # a killed worker leaves part of a batch
                    reader = pa.ipc.open_stream(answers)
                    yield reader.schema
                    yield from reader
                line = answers.readline()
            outcome, message = json.loads(line) if line else ("", "")
            is_whole = outcome in (DONE, MEMORY, REJECTED)
            if outcome != DONE:
                raise self._refusal(*self._failure(outcome, message, worker))
        finally:
            if not is_whole:
                self.close()

    def _failure(self, outcome: str, message: str, worker: subprocess.Popen[bytes]) -> tuple[str, str]:
        """Return what failed and what to do, for an outcome or the end of a worker that states none."""
        if outcome == REJECTED:
            return _rejection(message)
        if outcome == MEMORY:
            return (
                f"the query needs more memory than its limit, {self.limits.gigabytes:g} GB",
                "narrow it or count fewer rows at once, or raise the limit: BILATERAL_QUERY_GIGABYTES",
            )
        if outcome == UNREADABLE:
            return (
                f"{self._database.name} cannot be read: {message}",
                "verify the release (bilateral releases verify), and roll back to a whole one (bilateral releases rollback)",
            )
        if (exit_code := worker.wait()) == -signal.SIGALRM:
            return (
                f"the query was ended after its time limit, {self.limits.seconds:g} seconds",
                "narrow it, or raise the limit: BILATERAL_QUERY_SECONDS",
            )
        return (
            f"the process that ran the query ended without an answer (exit code {exit_code})",
            "run the query again; if it fails again, it needs more than this machine has",
        )

    def _refusal(self, failure: str, remedy: str) -> ReleaseError:
        return ReleaseError(failure, payload=self._label, remedy=remedy)


@contextmanager
def query_session(
    database: Path, limits: QueryLimits | None = None, *, label: str | None = None, overflow: Path | None = None
) -> Iterator[QuerySession]:
    """Open a session on the database of a release; its process ends with the block.

    ``limits`` are by default those of the environment, ``label`` names the release in messages, ``overflow`` is as in
    ``open_read_only``.
    """
    label = label or f"release {database.parent.name}"
    session = QuerySession(database, limits or limits_from(os.environ), label, overflow)
    try:
        yield session
    finally:
        session.close()


def _rejection(message: str) -> tuple[str, str]:
    """Return failure and remedy for DuckDB's message; its first line states the broken rule."""
    rule, _, number = message.partition("\n")[0].partition(NOT_ONE)
    if number.startswith("0"):
        return "the query is empty", 'pass one statement, such as bilateral query "from ip_receipts limit 5"'
    if number:
        return (
            f"the query has {number}; one query is one statement, and nothing was run",
            "run each by itself, or combine them: with ... as (...), or union all",
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
    return (
        f"DuckDB rejected the SQL: {message}",
        'list the tables with bilateral query "show tables", and columns with bilateral query "describe ip_receipts"',
    )
