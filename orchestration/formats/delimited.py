"""Delimited text of any length as typed batches, read as a stream."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import POINTER, Parsed, column_offence, require_named, widened

BLOCK = 8 * 1024 * 1024
"""Bytes read at a time; also the longest row."""

_LONGEST_HEADER = 64 * 1024

Check = Callable[[pa.RecordBatch, int], None]
"""Checks a batch of typed columns, given the number of rows before it; raises PayloadError."""


@dataclass(frozen=True)
class _Text:
    delimiter: str
    quoted: bool
    encoding: str


def delimited(
    payload: Payload,
    table: str,
    schema: pa.Schema,
    vintage: date,
    opened: Callable[[], AbstractContextManager[IO[bytes]]],
    *,
    header: Sequence[str] | None = None,
    names: Mapping[str, str] | None = None,
    delimiter: str = ",",
    quoted: bool = True,
    encoding: str = "utf8",
    keep: Callable[[pa.RecordBatch], pa.Array] | None = None,
    check: Check | None = None,
) -> Parsed:
    """Return one raw table out of delimited text, read in blocks whatever its length.

    An empty cell is null; every other cell is the publisher's text, converted to the declared type.
    ``payload_pointer`` is ``row N``, counting the rows behind the header from 1.

    Args:
        payload: named in errors.
        table, schema, vintage: as in ``Parsed``; every column of the schema must be in the header.
        opened: gives the bytes, for instance a member of an archive; called when the first batch is requested.
        header: every column in the publisher's order where it has more than the schema's; default is the schema's.
        names: the schema's column by the publisher's, where the publisher's is no name for a column of a table.
        delimiter, encoding: of the text.
        quoted: cells may be quoted with ``"`` and then contain line ends; else ``"`` is an ordinary character.
        keep: selects the rows of a batch that belong to the table (a boolean array).
        check: the source's rules on the kept rows.

    Raises (when batches are read):
        PayloadError: another header, a row of another length, text in another encoding, a value of another type, an
            empty cell in a column that has none, or no row at all.
    """
    text = _Text(delimiter, quoted, encoding)
    return Parsed(
        table, vintage, _batches(payload, schema, opened, list(header or schema.names), names or {}, text, keep, check)
    )


def named_columns(
    payload: Payload,
    table: str,
    schema: pa.Schema,
    vintage: date,
    opened: Callable[[], AbstractContextManager[IO[bytes]]],
    *,
    known: Collection[str] = (),
    optional: Collection[str] = (),
    part: str = "",
    delimiter: str = ",",
    **options: Any,
) -> Parsed:
    """Return one raw table out of delimited text whose columns are found by their names, in whatever order.

    Args:
        payload, table, schema, vintage, opened, delimiter, options: as in ``delimited``.
        known: documented columns that are not read, although their names look like units or scales.
        optional: columns of the schema that a file may lack; they are then empty.
        part: named in errors, where a payload has several tables.

    Raises:
        PayloadError: as ``require_named`` and, when batches are read, as ``delimited``.
    """
    header = header_of(payload, opened, delimiter=delimiter)
    require_named(
        payload, header, [name for name in schema.names if name not in optional], {*known, *optional}, table=part
    )
    present = pa.schema([column for column in schema if column.name in header])
    parsed = delimited(payload, table, present, vintage, opened, header=header, delimiter=delimiter, **options)
    return parsed if len(present) == len(schema) else widened(parsed, schema)


def refuse_where(payload: Payload, batch: pa.RecordBatch, wrong: pa.Array, name: str, rule: str) -> None:
    """Refuse the first row that ``wrong`` marks.

    Raises:
        PayloadError: there is one; it states the value in column ``name`` and the rule.
    """
    row = pc.index(wrong, True).as_py()
    if row >= 0:
        seen = batch.column(name)[row].as_py()
        raise payload.error(f"{name} is {seen!r}; it {rule}"[:500], row=batch.column("payload_pointer")[row].as_py())


def require_codes(payload: Payload, batch: pa.RecordBatch, codes: Mapping[str, Collection[str | None]]) -> None:
    """Refuse the first row with another code than the known ones of its column; None allows an empty cell."""
    for name, known in codes.items():
        wrong = pc.invert(pc.is_in(batch.column(name), value_set=pa.array(list(known), pa.string())))
        refuse_where(payload, batch, wrong, name, f"must be one of {sorted(filter(None, known))[:20]}")


def csv_lines(payload: Payload) -> dict[int, list[str]]:
    """Return the cells of every line of a small CSV file in UTF-8, by the number of the line where they end.

    Raises:
        PayloadError: the file is no such text.
    """
    try:
        reader = csv.reader(io.StringIO(payload.read().decode("utf-8-sig"), newline=""), strict=True)
        return dict((reader.line_num, cells) for cells in reader)  # noqa: C402 - the number changes with each line
    except (UnicodeDecodeError, csv.Error) as error:
        raise payload.error(f"not CSV in UTF-8: {error}"[:300]) from error


def _batches(
    payload: Payload,
    schema: pa.Schema,
    opened: Callable[[], AbstractContextManager[IO[bytes]]],
    header: list[str],
    names: Mapping[str, str],
    text: _Text,
    keep: Callable[[pa.RecordBatch], pa.Array] | None,
    check: Check | None,
) -> Iterator[pa.RecordBatch]:
    before = 0
    with opened() as stream:
        for texts in _texts(payload, stream, header, text):
            batch = texts.rename_columns([names.get(name, name) for name in header])
            typed = _typed(payload, schema, batch, before)
            before += batch.num_rows
            if keep is not None:
                typed = typed.filter(keep(typed))
            _require_values(payload, schema, typed)
            if check is not None:
                check(typed, before - batch.num_rows)
            if typed.num_rows:
                yield typed
    if not before:
        raise payload.error("no row after the header")


def rows_at(
    payload: Payload,
    opened: Callable[[], AbstractContextManager[IO[bytes]]],
    numbers: Collection[int],
    *,
    header: Sequence[str],
    delimiter: str = ",",
    encoding: str = "utf8",
) -> dict[int, dict[str, str | None]]:
    """Return rows of delimited text, unmodified, by the number in their ``payload_pointer``; numbers behind the end are left out.

    Raises:
        PayloadError: the text cannot be read.
    """
    result: dict[int, dict[str, str | None]] = {}
    wanted = np.array(sorted(set(numbers)), dtype=np.int64)
    before = 0
    with opened() as stream:
        for batch in _texts(payload, stream, list(header), _Text(delimiter, True, encoding)):
            first, last = np.searchsorted(wanted, [before + 1, before + batch.num_rows + 1])
            here = wanted[first:last]
            rows = batch.take(pa.array(here - before - 1)).to_pylist()
            result |= {int(number): row for number, row in zip(here, rows, strict=True)}
            before += batch.num_rows
            if last == len(wanted):
                break
    return result


def header_of(
    payload: Payload, opened: Callable[[], AbstractContextManager[IO[bytes]]], *, delimiter: str = ","
) -> list[str]:
    """Return the names in the first line of delimited text, for a publisher whose columns differ from file to file.

    Raises:
        PayloadError: as ``first_lines``.
    """
    return first_lines(payload, opened, 1, delimiter=delimiter)[0]


def first_lines(
    payload: Payload, opened: Callable[[], AbstractContextManager[IO[bytes]]], count: int, *, delimiter: str = ","
) -> list[list[str]]:
    """Return the cells of the first lines of delimited UTF-8 text, at most ``count`` of them.

    Raises:
        PayloadError: there is no line, or it is longer than any header or not UTF-8.
    """
    with opened() as stream:
        head = b"".join(stream.readline(_LONGEST_HEADER) for _ in range(count))
    try:
        lines = list(csv.reader(io.StringIO(head.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error):
        lines = []
    if not lines or not lines[0]:
        raise payload.error(f"no column names in UTF-8 in the first line: {head[:200]!r}", row="header")
    return lines


def utf8_or(opened: Callable[[], AbstractContextManager[IO[bytes]]], other: str) -> str:
    """Return ``utf8`` where all of the bytes are UTF-8, else ``other``: for a publisher that has written both."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened() as stream:
        try:
            while chunk := stream.read(BLOCK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return other
    return "utf8"


def _texts(payload: Payload, stream: IO[bytes], header: list[str], text: _Text) -> Iterator[pa.RecordBatch]:
    """Yield batches of text columns."""
    try:
        reader = pyarrow.csv.open_csv(
            stream,
            read_options=pyarrow.csv.ReadOptions(block_size=BLOCK, encoding=text.encoding, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=text.delimiter, quote_char='"' if text.quoted else False, newlines_in_values=text.quoted
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in header}, strings_can_be_null=True, null_values=[""]
            ),
        )
        if reader.schema.names != header:
            seen = reader.schema.names
            missing = [name for name in header if name not in seen]
            unexpected = [name for name in seen if name not in header]
            raise payload.error(column_offence(missing, unexpected, header), row="header")
        yield from reader
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise payload.error(f"the delimited text cannot be read: {error}"[:500]) from error


def _typed(payload: Payload, schema: pa.Schema, batch: pa.RecordBatch, before: int) -> pa.RecordBatch:
    """Return the declared columns in their declared types, and the pointer of every row."""
    columns = [_cast(payload, column, batch.column(column.name), before) for column in schema]
    numbers = pa.array(np.arange(before + 1, before + batch.num_rows + 1))
    pointer = pc.binary_join_element_wise("row", numbers.cast(pa.string()), " ")
    full = schema.append(POINTER)
    return pa.RecordBatch.from_arrays([*columns, pointer], schema=full)


def _cast(payload: Payload, column: pa.Field, texts: pa.Array, before: int) -> pa.Array:
    if pa.types.is_string(column.type):
        return texts
    try:
        values = texts.cast(column.type)
    except pa.ArrowInvalid as error:
        row = next(number for number, text in enumerate(texts) if not _castable(text, column.type))
        raise payload.error(
            f"{column.name} is {texts[row].as_py()!r}; it must be {column.type}"[:300], row=f"row {before + row + 1}"
        ) from error
    if pa.types.is_floating(column.type) and not pc.all(pc.is_finite(values), min_count=0).as_py():
        row = pc.index(pc.is_finite(values), False).as_py()
        raise payload.error(
            f"{column.name} is {texts[row].as_py()!r}; it must be a finite number"[:300], row=f"row {before + row + 1}"
        )
    return values


def _castable(text: pa.Scalar, kind: pa.DataType) -> bool:
    try:
        text.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


def _require_values(payload: Payload, schema: pa.Schema, batch: pa.RecordBatch) -> None:
    for column in schema:
        values = batch.column(column.name)
        if not column.nullable and values.null_count:
            row = pc.index(pc.is_null(values), True).as_py()
            raise payload.error(f"{column.name} is empty", row=batch.column("payload_pointer")[row].as_py())
