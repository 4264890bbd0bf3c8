"""Queries on a release within a time and a memory limit: every interface asks through here.

A process of its own runs them. It is killed when it uses more memory than the limit, or lets its asker wait longer than the time
limit, whatever DuckDB is doing at that moment.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from orchestration.core.errors import ReleaseError
from orchestration.core.query_limits import QueryLimits, limits_from
from orchestration.releases.query_wire import DONE, LENGTH, ROWS, SEVERAL, TOO_LARGE, UNREADABLE, start_worker

if TYPE_CHECKING:
    import pyarrow as pa

EVERY = 0.02
"""Seconds between two looks at the memory and the time of a query."""
DUCKDBS_PART = 0.8
"""Share of the memory limit that DuckDB keeps by itself, with a message of its own; the process may not use more than the whole."""

_PAGE = os.sysconf("SC_PAGE_SIZE")
_LETTERS = {
    **dict(zip(("int8", "int16", "int32", "int64"), "bhiq", strict=True)),
    **dict(zip(("uint8", "uint16", "uint32", "uint64"), "BHIQ", strict=True)),
    **dict(zip(("float", "double"), "fd", strict=True)),
}
"""Types whose values lie one after the other, with Python's letter for each. (Arrow's own way to numpy loads pandas first.)"""


@dataclass(frozen=True)
class Rows:
    """The columns of an answer, and its rows in batches as they come; ``batches`` can be gone through once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]

    def table(self) -> pa.Table:
        """All rows at once."""
        import pyarrow as pa

        return pa.Table.from_batches(list(self.batches), self.schema)


def values(column: pa.Array) -> list[Any]:
    """The values of a column as Python ones; decimals without a fraction are integers, as DuckDB's own are.

    Raises:
        ReleaseError: a day or moment is none that Python knows.
    """
    import pyarrow as pa

    if len(column) and column.null_count == 0 and (letter := _LETTERS.get(str(column.type))):
        numbers: memoryview[Any] = memoryview(column.buffers()[1]).cast(cast(Any, letter))
        quick: list[Any] = numbers[column.offset : column.offset + len(column)].tolist()
        return quick
    try:
        found: list[Any] = column.to_pylist()
    except (OverflowError, ValueError) as error:
        raise ReleaseError(
            f"a day or moment lies outside of the years 1 to 9999, or is infinite: {error}",
            remedy="ask for it as text, column::varchar, or write Parquet",
        ) from error
    if pa.types.is_decimal(column.type) and column.type.scale == 0:
        return [None if value is None else int(value) for value in found]
    return found


class Cursor:
    """All rows of an answer as Python values, for code that reads a DuckDB connection."""

    def __init__(self, rows: Rows) -> None:
        self.description = [(name,) for name in rows.schema.names]
        self._batches = list(rows.batches)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows; whole numbers of more than 64 bits are integers."""
        found: list[tuple[Any, ...]] = []
        for batch in self._batches:
            found.extend(zip(*(values(column) for column in batch.columns), strict=True))
        return found


class QuerySession:
    """Queries of one asker on one release, one after the other, in one process; temporary tables last until it is killed."""

    def __init__(self, database: Path, limits: QueryLimits, label: str, overflow: Path | None = None) -> None:
        """``label`` names the release in messages; see ``open_read_only`` for ``overflow``."""
        self._database, self._label, self._overflow = database, label, overflow
        self.limits = limits
        self._process = self._start()

    def ask(self, sql: str) -> Rows:
        """Run one statement.

        Raises:
            ReleaseError: DuckDB rejects the SQL, here or while the rows are read, or a limit is reached; the message says which.
        """
        if self._process.is_dead:
            self._process = self._start()
        process = self._process
        process.send(sql)
        import pyarrow.ipc  # noqa: F401 - while the process begins: both need a moment

        first = self._part(process)
        assert first is not None, "an answer begins with its columns"  # noqa: S101
        return Rows(first.schema, self._rest(process, first.batches))

    def execute(self, sql: str) -> Cursor:
        """Run one statement; return all its rows. Raises what ``ask`` raises."""
        return Cursor(self._within_memory(self.ask(sql)))

    def frame_rows(self, sql: str) -> pa.Table:
        """Run one statement; return all its rows as a table. Raises what ``ask`` raises."""
        return self._within_memory(self.ask(sql)).table()

    def close(self) -> None:
        """End the process, also in the middle of a query."""
        self._process.kill()

    def _start(self) -> _Process:
        return _Process(self._database, self.limits, self._overflow)

    def _rest(self, process: _Process, batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of an answer; who stops in the middle of it ends the process, so that no row is left in the pipe."""
        is_whole = False
        try:
            yield from batches
            while (part := self._part(process)) is not None:
                yield from part.batches
            is_whole = True
        finally:
            if not is_whole:
                process.kill()

    def _part(self, process: _Process) -> _Part | None:
        """The next part of an answer; None at its end."""
        kind, body = process.receive()
        if kind == DONE:
            return None
        if kind == ROWS:
            return _Part.read(body)
        if kind == TOO_LARGE or process.verdict == "memory":
            raise self._refusal(
                f"the query needs more memory than its limit, {self.limits.gigabytes:g} GB",
                "narrow it or count fewer rows at once, or raise the limit: --gigabytes, or BILATERAL_QUERY_GIGABYTES",
            )
        if process.verdict == "time":
            raise self._refusal(
                f"the query was ended after its time limit, {self.limits.seconds:g} seconds",
                "narrow it, or raise the limit: --seconds, or BILATERAL_QUERY_SECONDS",
            )
        if kind == SEVERAL:
            raise self._refusal(*_not_one(int(body)))
        if kind == UNREADABLE:
            raise self._refusal(
                f"{self._database.name} cannot be read: {body.decode('utf-8', 'replace')}",
                "verify the release (bilateral releases verify), and roll back to a whole one (bilateral releases rollback)",
            )
        if kind is None:
            raise self._refusal(
                f"the process that ran the query ended without an answer (exit code {process.exit_code})",
                "run the query again; if it ends so again, it asks for more than this machine has",
            )
        raise self._refusal(*_rejection(body.decode("utf-8", "replace")))

    def _within_memory(self, rows: Rows) -> Rows:
        """Rows that are kept all at once, and not more of them than the limit of memory."""

        def bounded() -> Iterator[pa.RecordBatch]:
            size = 0
            for batch in rows.batches:
                size += batch.nbytes
                if size > self.limits.bytes:
                    raise self._refusal(
                        f"the rows of the answer take more memory than its limit, {self.limits.gigabytes:g} GB",
                        "ask for fewer rows, or have them written: bilateral query --output FILE.csv",
                    )
                yield batch

        return Rows(rows.schema, bounded())

    def _refusal(self, failure: str, remedy: str) -> ReleaseError:
        return ReleaseError(failure, payload=self._label, remedy=remedy)


@contextmanager
def query_session(
    database: Path, limits: QueryLimits | None = None, *, label: str | None = None, overflow: Path | None = None
) -> Iterator[QuerySession]:
    """A session on the database of a release, ended with the block: no process outlives it.

    ``limits`` are by default those of the environment, ``label`` names the release in messages, ``overflow`` is as in
    ``open_read_only``.
    """
    label = label or f"release {database.parent.name}"
    session = QuerySession(database, limits or limits_from(os.environ), label, overflow)
    try:
        yield session
    finally:
        session.close()


@dataclass(frozen=True)
class _Part:
    schema: pa.Schema
    batches: list[pa.RecordBatch]

    @classmethod
    def read(cls, body: bytes) -> _Part:
        import pyarrow as pa

        with pa.ipc.open_stream(body) as reader:
            return cls(reader.schema, list(reader))


class _Process:
    """A query worker, and the thread that kills it when it breaks a limit."""

    def __init__(self, database: Path, limits: QueryLimits, overflow: Path | None) -> None:
        self._limits = limits
        self._waiting_since: float | None = None
        self._waited = 0.0
        self.verdict: str | None = None
        self.is_dead = False
        megabytes = int(limits.bytes * DUCKDBS_PART / 1e6)
        self._worker = start_worker()
        self._write(json.dumps([str(database), megabytes, limits.seconds, str(overflow) if overflow else None]))
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        return self._worker.wait()

    def send(self, sql: str) -> None:
        """Ask; the time of the query begins."""
        self._waited, self._waiting_since = 0.0, time.monotonic()
        self._write(sql)

    def _write(self, text: str) -> None:
        body = text.encode("utf-8", "replace")
        assert self._worker.stdin is not None  # noqa: S101
        with suppress(BrokenPipeError):
            self._worker.stdin.write(len(body).to_bytes(LENGTH, "big") + body)
            self._worker.stdin.flush()

    def receive(self) -> tuple[bytes | None, bytes]:
        """The next part and its kind; None where the process has ended. Only the waiting for it counts as time of the query."""
        assert self._worker.stdout is not None  # noqa: S101
        began = self._waiting_since = self._waiting_since or time.monotonic()
        try:
            head = self._worker.stdout.read(1 + LENGTH)
            size = int.from_bytes(head[1:], "big")
            body = self._worker.stdout.read(size)
        except BaseException:
            self.kill()
            raise
        finally:
            self._waiting_since = None
            self._waited += time.monotonic() - began
        if len(head) <= LENGTH or len(body) < size:
            self.kill()
            return None, b""
        return head[:1], body

    def kill(self) -> None:
        """End the worker at once and wait for its end."""
        self.is_dead = True
        self._worker.kill()
        self._worker.wait()
        for stream in (self._worker.stdin, self._worker.stdout):
            with suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()

    def _watch(self) -> None:
        while self._worker.poll() is None and not self.is_dead:
            since = self._waiting_since
            waited = self._waited + (time.monotonic() - since if since is not None else 0.0)
            if since is not None and waited > self._limits.seconds:
                self.verdict = "time"
            elif _memory_of(self._worker.pid) > self._limits.bytes:
                self.verdict = "memory"
            if self.verdict:
                self.is_dead = True
                self._worker.kill()
                return
            time.sleep(EVERY)


def _rejection(message: str) -> tuple[str, str]:
    """Failure and remedy for DuckDB's message; its first line says which of its rules was broken."""
    rule = message.partition("\n")[0]
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


def _not_one(statements: int) -> tuple[str, str]:
    """Failure and remedy of SQL that is not one statement."""
    if statements == 0:
        return "the query is empty", 'pass one statement, such as bilateral query "from ip_receipts limit 5"'
    return (
        f"the query has {statements} statements; one query is one statement, and nothing was run",
        "run each by itself, or combine them: with ... as (...), or union all",
    )


def _memory_of(process: int) -> int:
    """Bytes of its own that a process has in memory, 0 where the system does not say (only Linux does)."""
    try:
        with open(f"/proc/{process}/statm", "rb") as stream:
            pages = stream.read().split()
        return (int(pages[1]) - int(pages[2])) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0
