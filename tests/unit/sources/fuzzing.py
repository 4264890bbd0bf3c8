"""Feeds mutated payloads to a parser, within limits on memory and time, and reports what it does with them."""

import importlib
import importlib.util
import io
import random
import resource
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Unpack

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.payload import Answer, Origin, Payload
from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Card, RequestOptions, Source
from orchestration.contracts.source import Resource as Asked
from orchestration.core.errors import FeedError, PayloadError
from orchestration.formats import unpacking
from orchestration.ingestion.raw_tables import raw_schema, with_lineage
from tests.unit.sources.fakes import editions_of, make_payload
from tests.unit.sources.mutations import mutated
from tests.unit.sources.samples import Case


@contextmanager
def unpacked_here(
    stream: IO[bytes], refuse: Callable[..., PayloadError], command: str, *arguments: str, limit: int
) -> Iterator[IO[bytes]]:
    """Unpack in this process instead of a new one, as ``archives.unpacked`` does: there are thousands of mutations."""
    out = io.BytesIO()
    with stream:
        try:
            unpacking.run(stream, out, command, *arguments, str(limit))
        except unpacking.Refusal as error:
            raise refuse(error.failure, row=error.row) from error
    out.seek(0)
    yield out


SAMPLES = "tests.unit.sources.samples"
LARGEST_SEED = 24 * 1024
MOST_BUNDLE_SEEDS = 4
LONGEST_MESSAGE = 6_000
MOST_ANSWERS = 3_000


class TooLong(BaseException):
    """One payload took longer than it may; no parser may catch this."""


@dataclass
class Report:
    """What a parser did with the mutations of its seeds; ``growth`` is in bytes of the process."""

    seeds: int
    accepted: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    growth: int = 0


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
    """Answers every request with the same bytes, up to ``MOST_ANSWERS``."""

    def __init__(self, origin: Origin, body: bytes) -> None:
        self._origin, self._body, self._given = origin, body, 0

    def get(self, card: Card, resource: Asked, url: str, **options: Unpack[RequestOptions]) -> Answer:
        self._given += 1
        if self._given > MOST_ANSWERS:
            raise AssertionError(f"one hostile answer made the source send {MOST_ANSWERS} requests")
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
    """Parse a payload to its last batch and compare what was accepted with the declared tables.

    Raises:
        PayloadError: the payload is refused, which is as it should be.
        AssertionError: what was accepted differs from TABLES.
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
        for declared in schema:
            column = batch.column(declared.name)
            assert declared.nullable or not column.null_count, f"{declared.name} is empty in an accepted row"
            if pa.types.is_floating(declared.type):
                finite = pc.all(pc.is_finite(column.drop_null()), min_count=0).as_py()
                assert finite, f"{declared.name} is not finite in an accepted row"


def _require_clear(error: Exception) -> None:
    """A refusal names publisher, payload and rule, in a text that a terminal and a log can take."""
    message = str(error)
    assert isinstance(error, PayloadError)
    assert error.failure, "a refusal says the rule"
    assert error.publisher, "a refusal names the publisher"
    assert error.payload, "a refusal names the payload"
    assert len(message) < LONGEST_MESSAGE, f"a message is short; seen {len(message)} characters"
    message.encode("utf-8")
    bad = [character for character in message if not character.isprintable() and character != "\n"]
    assert not bad, f"a message is printable; seen {bad[:3]!r}"


def fuzz(name: str, source: Source, folder: Path, count: int, seconds: float) -> Report:
    """Read every seed unchanged, then ``count`` mutations, the same ones in every run, each within so many seconds."""
    resources = {item.key: item for item in source.RESOURCES if not item.superseded_by}
    seeds = seeds_of(name, source)
    report = Report(len(seeds))
    for origin, body in seeds:
        read(source, make_payload(folder, origin, body))
    bodies = [body for _, body in seeds]
    chance = random.Random(f"{name} 1")  # noqa: S311 - mutations are to be the same in every run
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count if seeds else 0):
        origin, body = seeds[number % len(seeds)]
        changed = mutated(chance, body, bodies)
        outcome = _outcome(source, resources.get(origin.resource), origin, changed, folder, seconds)
        if outcome == "accepted":
            report.accepted += 1
        elif outcome == "refused":
            report.refused += 1
        else:
            (folder / f"fault_{number}").write_bytes(changed)
            report.faults.append(f"mutation {number} of seed {number % len(seeds)}: {outcome}")
    report.growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return report


def _outcome(source: Source, request: Asked | None, origin: Origin, body: bytes, folder: Path, seconds: float) -> str:
    payload = make_payload(folder, origin, body)
    try:
        with _limited(seconds):
            if request is not None:
                with suppress(PayloadError, FeedError):
                    # what a source reads of an answer before it is stored, such as how many pages there are
                    list(source.fetch(request, HostileFeed(origin, body)))
            read(source, payload)
    except PayloadError as error:
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
    return "accepted"


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Limit the time of a block by an alarm."""

    def stop(signum: int, frame: object) -> None:
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
