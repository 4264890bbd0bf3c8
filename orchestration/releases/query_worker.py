"""The process that runs queries on one release: takes SQL from standard input, gives rows as Arrow on standard output.

Each text is 8 bytes of length and UTF-8. The first says what is asked, as JSON: the database, the megabytes and seconds of a query, and the
folder for what does not fit into memory, or null. Each text after it is a query. Each part of an answer is one letter (``query_wire`` names
them), 8 bytes of length, and the part. The process ends with its input, also in the middle of a query.
"""

from __future__ import annotations

import json
import os
import queue
import resource
import signal
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

import duckdb

from orchestration.releases.query_wire import DONE, FAILED, LENGTH, ROWS, SEVERAL, TOO_LARGE, UNREADABLE
from orchestration.releases.read_only import open_read_only

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 8192
"""Rows of one part."""


def main() -> None:
    """Answer queries until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(sys.stdin.buffer, waiting), daemon=True).start()
    database, megabytes, seconds, overflow = json.loads(waiting.get())
    try:
        with open_read_only(
            Path(database), megabytes=megabytes, overflow=Path(overflow) if overflow else None
        ) as connection:
            while True:
                sql = waiting.get()
                _limit_processor_time(seconds)
                _answer(connection, sql, answers)
    except duckdb.Error as error:
        _send(answers, UNREADABLE, str(error).encode())


def _take(stream: IO[bytes], waiting: queue.SimpleQueue[str]) -> None:
    """Queue what is asked; end the process, whatever it is doing, when nobody can ask any more."""
    while len(head := stream.read(LENGTH)) == LENGTH:
        waiting.put(stream.read(int.from_bytes(head, "big")).decode("utf-8", "replace"))
    os._exit(0)


def _limit_processor_time(seconds: float) -> None:
    """Have the system end this process where nobody else could: after all processors worked for the time limit and more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + 10 + 2 * seconds * (os.cpu_count() or 1))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, answers: IO[bytes]) -> None:
    import pyarrow as pa

    try:
        if (count := len(connection.extract_statements(sql))) != 1:
            _send(answers, SEVERAL, str(count).encode())
            return
        relation = connection.sql(sql)
        reader = relation.to_arrow_reader(BATCH) if relation is not None else pa.table({}).to_reader()
        first = next(iter(reader), None)
        _send(answers, ROWS, _packed(reader.schema, first))
        for batch in reader:
            _send(answers, ROWS, _packed(reader.schema, batch))
        _send(answers, DONE, b"")
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        _send(answers, TOO_LARGE, str(error).encode())
    except (duckdb.Error, pa.ArrowException, RuntimeError) as error:
        kind = TOO_LARGE if "Out of Memory" in str(error) else FAILED
        _send(answers, kind, str(error).encode("utf-8", "replace"))


def _packed(schema: pa.Schema, batch: pa.RecordBatch | None) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        if batch is not None:
            writer.write_batch(batch)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _send(answers: IO[bytes], kind: bytes, part: bytes) -> None:
    answers.write(kind + len(part).to_bytes(LENGTH, "big"))
    answers.write(part)
    answers.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)
