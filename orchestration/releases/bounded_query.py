"""One query on a release in a confined process with limits on time and memory; the SQL of others runs nowhere else."""

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

from orchestration.core.errors import BilateralError, ReleaseError

if TYPE_CHECKING:
    import pyarrow as pa

REFUSED = 3
"""Exit code of a worker that writes why it refused the query, and what to do, as JSON to standard error."""

_PASSED_ON = {
    *("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "HOME"),
    *("LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV"),
}
"""Environment variables of the worker; the keys of publishers are not among them."""

_MOST = 86_400
"""Seconds, or gigabytes (10^9 bytes) of memory, that a limit may be at most."""


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


@contextmanager
def bounded_query(database: Path, sql: str) -> Iterator[Rows]:
    """Run one statement on the database of a release; the process that runs it ends with the block.

    The environment may limit its seconds, and its memory, of which its code takes a tenth of a gigabyte.

    Raises:
        ReleaseError: DuckDB rejects the SQL, here or while the rows are read, or a limit is reached; the message says which.
        BilateralError: a limit of the environment is out of bounds.
    """
    seconds, gigabytes = _limit("seconds", 60.0, 0.0), _limit("gigabytes", 2.0, 0.2)
    worker = subprocess.Popen(
        [sys.executable, "-m", "orchestration.releases.query_worker"],
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
