"""Feeds mutated payloads to the parsers in processes of their own, with limits. Run as a program by ``test_fuzzing``.

    python -m tests.unit.sources.fuzzing FOLDER COUNT SECONDS [SOURCE ...]

Each source gets a process: its address space is bounded, and one payload may take so many SECONDS. The program prints one JSON object:
{source: {"seeds", "tried", "accepted", "refused", "peak_growth", "faults": [[what, seed, mutation]]}}.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Any, Unpack

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.payload import Answer, Origin, Payload
from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Card, RequestOptions, Source
from orchestration.contracts.source import Resource as Asked
from orchestration.core.errors import FeedError, PayloadError, RawError
from orchestration.formats import archives, unpacking
from orchestration.ingestion.raw_tables import raw_schema, with_lineage
from orchestration.sources import load_sources
from tests.unit.sources.fakes import editions_of, make_payload
from tests.unit.sources.mutations import mutated
from tests.unit.sources.samples import Case


@contextmanager
def unpacked_here(
    stream: IO[bytes], refuse: Callable[..., PayloadError], command: str, *arguments: str, limit: int
) -> Iterator[IO[bytes]]:
    """Do in this process what ``archives.unpacked`` starts one for: thousands of mutations, each opened several times."""
    out = io.BytesIO()
    with stream:
        try:
            unpacking.run(stream, out, command, *arguments, str(limit))
        except unpacking.Refusal as error:
            raise refuse(error.failure, row=error.row) from error
    out.seek(0)
    yield out


ADDRESS_SPACE = 2 * 1024**3
"""Bytes of address space that a parser may ask for beyond what the process had when it began."""

SAMPLES = "tests.unit.sources.samples"
LARGEST_SEED = 24 * 1024
MOST_BUNDLE_SEEDS = 4
LONGEST_MESSAGE = 6_000
MOST_ANSWERS = 3_000
FAULTS_REPORTED = 5
REFUSALS = (PayloadError, RawError)


class TooLong(BaseException):
    """One payload took longer than it may; no parser may catch this."""


def cases_of(name: str) -> list[Case]:
    """Return the samples of a source; none where it has no module of them."""
    module = f"{SAMPLES}.{name}"
    return importlib.import_module(module).CASES if importlib.util.find_spec(module) else []


def seeds_of(name: str, source: Source) -> list[tuple[Origin, bytes]]:
    """The smallest small bundle payload of each resource, and the samples of ``samples/<source>.py``."""
    smallest: dict[str, tuple[Origin, bytes]] = {}
    for edition in editions_of(name):
        small = {origin.resource for origin in edition.origins.values() if origin.size <= LARGEST_SEED}
        for item in source.RESOURCES:
            for answer in edition.answers(item.key) if item.key in small else ():
                body = answer.read()
                if len(body) <= LARGEST_SEED and (item.key not in smallest or len(body) < len(smallest[item.key][1])):
                    smallest[item.key] = (answer.origin, body)
    chosen = sorted(smallest.values(), key=lambda item: len(item[1]))[:MOST_BUNDLE_SEEDS]
    return [*chosen, *((case.origin, case.body) for case in cases_of(name))]


class HostileFeed:
    """Answers every request with the same bytes, however often it is asked, up to ``MOST_ANSWERS``."""

    def __init__(self, origin: Origin, body: bytes) -> None:
        self._origin, self._body, self._given = origin, body, 0

    def get(self, card: Card, resource: Asked, url: str, **options: Unpack[RequestOptions]) -> Answer:
        self._given += 1
        if self._given > MOST_ANSWERS:
            raise AssertionError(f"one hostile answer made the source ask {MOST_ANSWERS} times")
        origin = replace(
            self._origin,
            url=url,
            parameters=dict(options.get("params") or {}),
            resource=resource.key,
            stamp=options.get("stamp"),
        )
        return Answer(origin, partial(io.BytesIO, self._body))

    def files(self, card: Card, resource: Asked) -> Iterator[Answer]:
        yield Answer(self._origin, partial(io.BytesIO, self._body))


def read(source: Source, payload: Payload) -> None:
    """Parse a payload to its last batch and hold what was accepted against the declared tables.

    Raises:
        PayloadError, RawError: the payload is refused, which is as it should be.
        AssertionError: what was accepted is not what TABLES says.
    """
    count = 0
    for parsed in source.parse(payload):
        count += 1
        _require_declared(source, payload, parsed)
    assert count, "a payload yields at least one raw table or is refused"


def _require_declared(source: Source, payload: Payload, parsed: Parsed) -> None:
    assert parsed.table in source.TABLES, f"{parsed.table} is not declared"
    assert type(parsed.vintage) is date, f"a vintage is a date, seen {parsed.vintage!r}"
    schema = raw_schema(source.TABLES[parsed.table])
    for batch in with_lineage(parsed, payload, schema):
        batch.validate(full=True)
        assert batch.schema.equals(schema)
        for field in schema:
            column = batch.column(field.name)
            assert field.nullable or not column.null_count, f"{field.name} is empty in an accepted row"
            if pa.types.is_floating(field.type):
                finite = pc.all(pc.is_finite(column.drop_null()), min_count=0).as_py()
                assert finite, f"{field.name} is not finite in an accepted row"
    for reject in parsed.rejects:
        assert reject.pointer
        assert reject.reason
        assert len(reject.text) + len(reject.reason) < LONGEST_MESSAGE


def _require_clear(error: Exception) -> None:
    """A refusal names publisher, payload and rule, in a text that a terminal and a log can take."""
    message = str(error)
    assert isinstance(error, REFUSALS)
    assert error.failure, "a refusal says the rule"
    assert error.publisher, "a refusal names the publisher"
    assert error.payload, "a refusal names the payload"
    assert len(message) < LONGEST_MESSAGE, f"a message is short; seen {len(message)} characters"
    message.encode("utf-8")
    bad = [character for character in message if not character.isprintable() and character != "\n"]
    assert not bad, f"a message is printable; seen {bad[:3]!r}"


def fuzz(name: str, source: Source, folder: Path, count: int, seconds: float) -> dict[str, Any]:
    """Every seed unchanged, then ``count`` mutations, the same ones in every run."""
    resources = {item.key: item for item in source.RESOURCES if not item.superseded_by}
    seeds = seeds_of(name, source)
    report: dict[str, Any] = {"seeds": len(seeds), "tried": 0, "accepted": 0, "refused": 0, "faults": []}
    for number, (origin, body) in enumerate(seeds):
        try:
            read(source, make_payload(folder, origin, body))
        except REFUSALS as error:
            report["faults"].append([f"the parser refuses its own seed: {error}", number, None])
    if not seeds or report["faults"]:
        return report
    _limit_this_process(folder)
    bodies = [body for _, body in seeds]
    chance = random.Random(f"{name} 1")  # noqa: S311 - mutations are to be the same in every run
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        origin, body = seeds[number % len(seeds)]
        changed = mutated(chance, body, bodies)
        outcome = _outcome(source, resources.get(origin.resource), origin, changed, folder, seconds)
        report["tried"] += 1
        if outcome in ("accepted", "refused"):
            report[outcome] += 1
        else:
            (folder / f"fault_{number}").write_bytes(changed)
            report["faults"].append([outcome, number % len(seeds), number])
            if len(report["faults"]) >= FAULTS_REPORTED:
                break
    report["peak_growth"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return report


def _outcome(source: Source, asked: Asked | None, origin: Origin, body: bytes, folder: Path, seconds: float) -> str:
    payload = make_payload(folder, origin, body)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        if asked is not None:
            _fetch(source, asked, origin, body)
        read(source, payload)
    except REFUSALS as error:
        try:
            _require_clear(error)
        except Exception as unclear:
            return f"an unclear refusal: {unclear}"
        return "refused"
    except TooLong:
        return f"took longer than {seconds} seconds"
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {str(error)[:300]} at {Path(where.filename).name}:{where.lineno}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "accepted"


def _fetch(source: Source, asked: Asked, origin: Origin, body: bytes) -> None:
    """What a source reads of an answer before it is stored, such as how many pages there are."""
    try:
        for _ in source.fetch(asked, HostileFeed(origin, body)):
            pass
    except (PayloadError, FeedError):
        pass


def _limit_this_process(folder: Path) -> None:
    tempfile.tempdir = str(folder)
    os.chdir(folder)

    def stop(signum: int, frame: object) -> None:
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size + ADDRESS_SPACE, size + ADDRESS_SPACE))


def _one(job: tuple[str, str, int, float]) -> tuple[str, dict[str, Any]]:
    name, folder, count, seconds = job
    vars(archives)["unpacked"] = unpacked_here
    own = Path(folder) / name
    own.mkdir(parents=True)
    return name, fuzz(name, load_sources()[name], own, count, seconds)


def main(folder: str, count: int, seconds: float, names: list[str]) -> None:
    """Fuzz the named sources, or all, two at a time, each in a process that knows nothing of the others."""
    jobs = [(name, folder, count, seconds) for name in names or load_sources()]
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        print(json.dumps(dict(pool.imap_unordered(_one, jobs, chunksize=1))))
        # left to the end of the block, it kills its processes, and waits for ever for one that begins at that moment
        pool.close()
        pool.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
