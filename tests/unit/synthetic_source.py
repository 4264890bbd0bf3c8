"""A synthetic publisher for tests of the pipeline: CSV lines of year and value. No figure here is official."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from orchestration.contracts.payload import Answer, Origin, Payload
from orchestration.contracts.raw_table import Parsed, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.core.files import write_json
from orchestration.ingestion.origin_cards import origin_json

URL = "https://synthetic.example/figures"
CARD = Card(
    id="synthetic",
    publisher="Synthetic Statistics Office",
    homepage="https://synthetic.example",
    licence="none: synthetic",
    citation="Synthetic figures for tests",
    cadence="never",
    timezone="UTC",
    change_signal="none",
    limits="none",
)
RESOURCES = (Resource("figures", "synthetic figures"), Resource("more", "more synthetic figures"))
TABLES = {
    "figures": pa.schema([pa.field("year", pa.int32(), nullable=False), pa.field("value", pa.float64())]),
    "never_filled": pa.schema([pa.field("year", pa.int32())]),
}


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    yield feed.get(CARD, resource, URL, params={"of": resource.key})


def parse(payload: Payload) -> Iterator[Parsed]:
    stamp, *lines = payload.read().decode().splitlines()
    records = []
    for number, line in enumerate(lines, start=2):
        year, value = line.split(",")
        records.append((f"line {number}", {"year": int(year), "value": float(value) if value else None}))
    yield tabulate(payload, "figures", TABLES["figures"], date.fromisoformat(stamp), records)


def module() -> ModuleType:
    """This file as a source module."""
    import sys

    return sys.modules[__name__]


def body(*rows: str, vintage: str = "2026-07-01") -> bytes:
    return "\n".join([vintage, *rows]).encode()


def origin(content: bytes, resource: str = "figures", fetched_at: datetime | None = None) -> Origin:
    return Origin(
        source="synthetic",
        resource=resource,
        publisher=CARD.publisher,
        url=URL,
        parameters={"of": resource},
        fetched_at=fetched_at or datetime(2026, 7, 1, tzinfo=UTC),
        media_type="text/csv",
        licence=CARD.licence,
        citation=CARD.citation,
        file_name=f"{resource}.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )


def answer(content: bytes, resource: str = "figures", fetched_at: datetime | None = None) -> Answer:
    return Answer(origin(content, resource, fetched_at), partial(io.BytesIO, content))


def write_edition(bundle: Path, edition: str, content: bytes, resource: str = "figures") -> Path:
    """Put a payload and its card into a bundle; return the payload's path."""
    folder = bundle / "synthetic" / edition
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{resource}.csv"
    path.write_bytes(content)
    moment = datetime.fromisoformat(edition).replace(tzinfo=UTC)
    write_json(folder / f"{resource}.csv.origin.json", origin_json(origin(content, resource, moment)))
    return path
