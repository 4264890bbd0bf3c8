"""A raw table: typed rows of one payload, each with its place in it, and the rows that do not fit."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pyarrow as pa

from orchestration.contracts.payload import Payload

LINEAGE_FIELDS = (
    pa.field("resource", pa.string(), nullable=False),
    pa.field("vintage", pa.date32(), nullable=False),
    pa.field("payload_sha256", pa.string(), nullable=False),
    pa.field("payload_pointer", pa.string(), nullable=False),
)
"""Columns that raw adds behind the publisher's own: where a row came from, down to its place in the payload."""


@dataclass(frozen=True)
class Reject:
    """A row that cannot be read: where it stands, what it says, and why it was put aside."""

    pointer: str
    text: str
    reason: str


@dataclass(frozen=True)
class Parsed:
    """One raw table out of one payload: its vintage and rows as batches, in the table's declared schema plus ``payload_pointer``."""

    table: str
    vintage: date
    batches: Iterable[pa.RecordBatch]
    rejects: tuple[Reject, ...] = ()


def require_columns(payload: Payload, seen: Iterable[str], expected: Iterable[str], *, row: str | None = None) -> None:
    """Refuse a payload whose columns or keys are not exactly the expected ones, naming the missing and the unexpected.

    Raises:
        PayloadError: a column is missing or unexpected.
    """
    missing = [name for name in expected if name not in set(seen)]
    unexpected = [name for name in seen if name not in set(expected)]
    if missing or unexpected:
        raise payload.error(f"columns are as declared; missing {missing}, unexpected {unexpected}", row=row)


def tabulate(
    table: str,
    schema: pa.Schema,
    vintage: date,
    records: Iterable[tuple[str, Mapping[str, Any]]],
) -> Parsed:
    """Columns from records, each with its pointer; a record that does not fit the schema becomes a reject.

    For payloads that fit in memory. ``records`` yields (payload_pointer, {column: value}); a value fits when pyarrow
    converts it to the declared type, and null fits only a nullable field.
    """
    full = schema.append(pa.field("payload_pointer", pa.string(), nullable=False))
    kept: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for pointer, record in records:
        reason = misfit(schema, record)
        if reason:
            rejects.append(Reject(pointer, repr(dict(record))[:2000], reason))
        else:
            kept.append({**record, "payload_pointer": pointer})
    return Parsed(table, vintage, (pa.RecordBatch.from_pylist(kept, schema=full),), tuple(rejects))


def misfit(schema: pa.Schema, record: Mapping[str, Any]) -> str | None:
    """Why a record does not fit a schema, or None when it does."""
    for column in schema:
        value = record.get(column.name)
        if value is None:
            if not column.nullable:
                return f"{column.name} is empty"
        elif not _fits(value, column.type):
            return f"{column.name} is not {column.type}: {value!r}"[:300]
    return None


def _fits(value: object, kind: pa.DataType) -> bool:
    if pa.types.is_string(kind):
        return isinstance(value, str)
    if pa.types.is_floating(kind):
        exact = isinstance(value, float) or (isinstance(value, int) and abs(value) <= _LARGEST_EXACT_INTEGER)
        return exact and not isinstance(value, bool) and math.isfinite(cast(float, value))
    if pa.types.is_integer(kind):
        limit = 2 ** (kind.bit_width - 1)
        return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    try:
        pa.scalar(value, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return False
    return True


_LARGEST_EXACT_INTEGER = 2**53
"""Beyond it a whole number is not exact as a 64-bit float; no official figure comes near."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def iso_date(payload: Payload, text: str, *, row: str) -> date:
    """The date that an ISO stamp begins with.

    Raises:
        PayloadError: the text does not begin with a real ISO date.
    """
    match = _DATE.match(text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise payload.error(f"a last-updated stamp begins with an ISO date; seen {text!r}", row=row)
