"""Synthetic sources whose parsers do what none may do, to prove that the fuzzing sees it. No real source is like these."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Card, Feed, Resource
from tests.unit.synthetic_source import CARD

SEED = b"name,value\nsynthetic,1\n"
_SCHEMA = pa.schema([pa.field("value", pa.float64(), nullable=False)])


@dataclass(frozen=True)
class Misbehaving:
    """A source that reads its seed well and does ``deed`` with anything else."""

    CARD: Card
    RESOURCES: tuple[Resource, ...]
    TABLES: dict[str, pa.Schema]
    deed: Callable[[Payload], float]

    def fetch(self, resource: Resource, feed: Feed) -> Iterator[Answer]:
        yield from feed.files(self.CARD, resource, "*")

    def parse(self, payload: Payload) -> Iterator[Parsed]:
        value = 1.0 if payload.read() == SEED else self.deed(payload)
        rows = pa.RecordBatch.from_pylist(
            [{"value": value, "payload_pointer": "row 1"}],
            schema=_SCHEMA.append(pa.field("payload_pointer", pa.string(), nullable=False)),
        )
        yield Parsed("figures", date(2026, 7, 1), (rows,))


def _hang(payload: Payload) -> float:
    while True:
        pass


def _eat_memory(payload: Payload) -> float:
    return float(len(bytearray(3 * 1024**3)))


def _write_outside(payload: Payload) -> float:
    with tempfile.NamedTemporaryFile("wb", dir=payload.path.parent.parent, delete=True) as stream:
        stream.write(b"outside")
    return 1.0


def _crash(payload: Payload) -> float:
    return float("no number")


def _accept_anything(payload: Payload) -> float:
    return float("nan")


def _well(payload: Payload) -> float:
    raise payload.error("a payload is the seed; seen another")


_DEEDS = (_hang, _eat_memory, _write_outside, _crash, _accept_anything, _well)
MISBEHAVING: dict[str, Any] = {
    f"misbehaving{deed.__name__}": Misbehaving(CARD, (Resource("figures", "synthetic"),), {"figures": _SCHEMA}, deed)
    for deed in _DEEDS
}
