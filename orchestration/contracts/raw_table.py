"""A raw table: typed rows of one payload, each with its place in it."""

import calendar
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.core.text import excerpt

POINTER = pa.field("payload_pointer", pa.string(), nullable=False)
"""Column after those of every parsed batch: the place of a row in its payload."""

LINEAGE_FIELDS = (
    pa.field("resource", pa.string(), nullable=False),
    pa.field("vintage", pa.date32(), nullable=False),
    pa.field("payload_sha256", pa.string(), nullable=False),
    POINTER,
)
"""Columns that raw adds after the publisher's: where a row came from, down to its place in the payload."""

Record = tuple[str, Mapping[str, Any]]
"""The pointer of a row and its values by column."""


@dataclass(frozen=True)
class Parsed:
    """One raw table out of one payload: vintage, and batches in the declared schema plus ``payload_pointer``."""

    table: str
    vintage: date
    batches: Iterable[pa.RecordBatch]


def columns(text: str) -> pa.Schema:
    """Return a schema from names and types, such as ``"year int32, value double?"``; ``?`` allows empty cells."""
    pairs = (pair.strip().rpartition(" ") for pair in text.split(","))
    kinds = [(name, pa.type_for_alias(kind.rstrip("?")), kind.endswith("?")) for name, _, kind in pairs]
    return pa.schema([pa.field(name, kind, nullable=is_nullable) for name, kind, is_nullable in kinds])


def require_columns(
    payload: Payload,
    seen: Collection[str],
    expected: Collection[str],
    *,
    row: str | None = None,
    in_order: bool = False,
) -> None:
    """Refuse a payload whose columns or keys are not exactly the expected ones."""
    missing = [name for name in expected if name not in seen]
    unexpected = [name for name in seen if name not in expected]
    if missing or unexpected or (in_order and list(seen) != list(expected)):
        raise payload.error(column_offence(missing, unexpected, expected), row=row)


_MEANING = re.compile("unit|scale|mult|currency|price|freq|flow|mode|adjust|basis|breakdown", re.IGNORECASE)
"""Parts of an added column's name that may change what a figure measures."""


def require_named(
    payload: Payload, seen: Sequence[str], needed: Iterable[str], known: Iterable[str] = (), *, table: str = ""
) -> None:
    """Refuse a table with a missing or repeated column, or with an added one whose name has a ``_MEANING``.

    Other new columns are ignored; if one splits rows, the key check fails. ``needed`` columns are
    read, ``known`` ones documented and not read. ``table`` is its name, where a payload has several.
    """
    needed = list(needed)
    missing = [name for name in needed if name not in seen]
    added = [name for name in seen if name not in {*needed, *known}]
    unexpected = added if missing else [name for name in added if _MEANING.search(name)]
    if missing or unexpected or len(set(seen)) < len(seen):
        prefix = f"{table}: " if table else ""
        raise payload.error(prefix + column_offence(missing, unexpected, needed), row="header")


def column_offence(missing: Sequence[str], unexpected: Sequence[str], expected: Iterable[str]) -> str:
    """Return the failure of a payload whose columns are not the declared ones."""
    result = {"missing": missing, "unexpected": unexpected}
    seen = ", ".join(f"{kind}: {list(names)}" for kind, names in result.items() if names)
    return f"columns {seen or 'repeated or in another order'} (declared: {list(expected)})"


def require_requested(payload: Payload, records: Iterable[Record], expected: Mapping[str, str]) -> Iterator[Record]:
    """Yield the records; refuse the payload at one with other values than those requested, ``expected``."""
    for pointer, record in records:
        for name, value in expected.items():
            if record.get(name) != value:
                raise payload.error(f"{name} is {record.get(name)!r}, not {value!r}, which was requested", row=pointer)
        yield pointer, record


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def tabulate(
    payload: Payload,
    table: str,
    schema: pa.Schema,
    vintage: date,
    records: Iterable[Record],
    *,
    key: Sequence[str] = (),
    requested: Mapping[str, str] | None = None,
) -> Parsed:
    """Return a table of records that fit in memory, each with its pointer.

    ``records`` yields (payload_pointer, {column: value}); null fits only a nullable field. No two records have the same
    values in the columns of ``key``, and each has the values of ``requested``.

    Raises:
        PayloadError: a record does not fit the schema, has another value than was requested, or repeats a key.
    """
    rows = list(require_requested(payload, records, requested) if requested else records)
    keys: set[tuple[str, ...]] = set()
    for pointer, record in rows if key else ():
        values = tuple([str(record[name]) for name in key])
        if values in keys:
            raise payload.error(f"{', '.join(key)} repeated: {values}; they identify one row of a payload", row=pointer)
        keys.add(values)
    cells = {column.name: [record.get(column.name) for _, record in rows] for column in schema}
    for column in schema:
        fits, text = _fits(column.type), {str, type(None)} if column.nullable else {str}
        is_text = pa.types.is_string(column.type) and text.issuperset(map(type, cells[column.name]))
        for value, (pointer, record) in () if is_text else zip(cells[column.name], rows, strict=True):
            if not (column.nullable if value is None else fits(value)):
                failure = "empty" if value is None else f"not {column.type}: {excerpt(value)}"
                raise payload.error(f"{column.name} is {failure}; the row of {table} is {dict(record)!r}", row=pointer)
    cells[POINTER.name] = [pointer for pointer, _ in rows]
    return Parsed(table, vintage, (pa.RecordBatch.from_pydict(cells, schema=schema.append(POINTER)),))


def _fits(kind: pa.DataType) -> Callable[[Any], bool]:
    """Return a predicate for values that are not null: numbers must be finite and exact; booleans are refused."""
    if pa.types.is_string(kind):
        return lambda value: isinstance(value, str)
    if pa.types.is_floating(kind):
        return lambda value: _is_integer(value, 2**53) or (isinstance(value, float) and math.isfinite(value))
    if pa.types.is_integer(kind):
        return lambda value: _is_integer(value, 2 ** (kind.bit_width - 1))
    return lambda value: isinstance(value, bool if pa.types.is_boolean(kind) else date)


def _is_integer(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit


def iso_date(payload: Payload | Answer, text: str, *, row: str) -> date:
    """Return the date that an ISO stamp begins with, or refuse the payload."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise payload.error(
            f"{text!r} does not begin with an ISO date, as a last-updated stamp must", row=row
        ) from None
