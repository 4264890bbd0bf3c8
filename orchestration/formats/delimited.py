"""Delimited text of any length as typed batches, read as a stream."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import POINTER, Parsed, require_columns, require_named
from orchestration.core.text import excerpt

BLOCK = 8 * 1024 * 1024
"""Bytes read at a time; also the longest row."""

_LONGEST_HEADER = 64 * 1024

Check = Callable[[pa.RecordBatch], None]
"""Checks a batch of typed columns; raises PayloadError."""

Opened = Callable[[], AbstractContextManager[IO[bytes]]]
"""Opens the bytes of a text, such as a member of an archive."""


def named_columns(
    payload: Payload,
    table: str,
    schema: pa.Schema,
    vintage: date,
    opened: Opened,
    *,
    known: Collection[str] = (),
    optional: Collection[str] = (),
    names: Mapping[str, str] | None = None,
    part: str = "",
    delimiter: str = ",",
    quoted: bool = True,
    encoding: str = "utf8",
    keep: Callable[[pa.RecordBatch], pa.Array] | None = None,
    check: Check | None = None,
) -> Parsed:
    """Return one raw table out of delimited text of any length, whose columns are found by their names.

    An empty cell is null; every other cell is the publisher's text, converted to the declared type.
    ``payload_pointer`` is ``row N``, counting rows after the header from 1.

    Args:
        payload: named in errors.
        table, schema, vintage: as in ``Parsed``.
        opened: called for the header, and when the first batch is requested.
        known: documented columns that are not read, although their names look like units or scales.
        optional: columns of the schema that a file may lack; they are then empty.
        names: the schema's column by the publisher's, where the publisher's is not a valid column name.
        part: named in errors, where a payload has several tables.
        delimiter, encoding: of the text.
        quoted: cells may be quoted with ``"`` and then contain line ends; else ``"`` is an ordinary character.
        keep: selects the rows of a batch that belong to the table (a boolean array).
        check: the source's rules on the kept rows.

    Raises:
        PayloadError: as ``require_named``; when batches are read, a row of another length, text in another encoding, a
            value of another type, an empty cell in a column that has none, or no row at all.
    """
    header = first_lines(payload, opened, 1, delimiter=delimiter)[0]
    named = [(names or {}).get(name, name) for name in header]
    needed = [name for name in schema.names if name not in optional]
    require_named(payload, named, needed, {*known, *optional}, table=part)

    def batches() -> Iterator[pa.RecordBatch]:
        before = 0
        with opened() as stream:
            for texts in _texts(payload, stream, header, delimiter, encoding, quoted):
                typed = _typed(payload, schema, texts.rename_columns(named), before)
                before += texts.num_rows
                if keep is not None:
                    typed = typed.filter(keep(typed))
                _require_values(payload, schema, typed)
                if check is not None:
                    check(typed)
                if typed.num_rows:
                    yield typed
        if not before:
            raise payload.error("no row after the header")

    return Parsed(table, vintage, batches())


def refuse_where(payload: Payload, batch: pa.RecordBatch, wrong: pa.Array, name: str, rule: str) -> None:
    """Refuse the first row that ``wrong`` marks.

    Raises:
        PayloadError: there is one; it states the value in column ``name`` and the rule.
    """
    row = pc.index(wrong, True).as_py()
    if row >= 0:
        seen = batch.column(name)[row].as_py()
        raise payload.error(f"{name} is {excerpt(seen)}; it {rule}", row=batch.column("payload_pointer")[row].as_py())


def require_codes(payload: Payload, batch: pa.RecordBatch, codes: Mapping[str, Collection[str | None]]) -> None:
    """Refuse the first row with another code than the known ones of its column; None allows an empty cell."""
    for name, known in codes.items():
        wrong = pc.invert(pc.is_in(batch.column(name), value_set=pa.array(list(known), pa.string())))
        refuse_where(payload, batch, wrong, name, f"must be one of {excerpt(sorted(filter(None, known)))}")


def csv_lines(payload: Payload) -> dict[int, list[str]]:
    """Return the cells of every line of a small CSV file in UTF-8, by the number of the line where they end.

    The delimiter is a semicolon where the first line has more of them than commas.

    Raises:
        PayloadError: the file is not such a table.
    """
    try:
        text = payload.read().decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return dict((reader.line_num, cells) for cells in reader)  # noqa: C402 - the number changes with each line
    except (UnicodeDecodeError, csv.Error) as error:
        raise payload.error(f"not CSV in UTF-8: {error}") from error


def rows_at(
    payload: Payload,
    opened: Opened,
    numbers: Collection[int],
    *,
    header: Sequence[str],
    delimiter: str = ",",
    encoding: str = "utf8",
) -> dict[int, dict[str, str | None]]:
    """Return rows of delimited text, unmodified, by the number in their ``payload_pointer``; later numbers are omitted.

    Raises:
        PayloadError: the text cannot be read.
    """
    result: dict[int, dict[str, str | None]] = {}
    wanted = np.array(sorted(set(numbers)), dtype=np.int64)
    before = 0
    with opened() as stream:
        for batch in _texts(payload, stream, list(header), delimiter, encoding):
            first, last = np.searchsorted(wanted, [before + 1, before + batch.num_rows + 1])
            here = wanted[first:last]
            rows = batch.take(pa.array(here - before - 1)).to_pylist()
            result |= {int(number): row for number, row in zip(here, rows, strict=True)}
            before += batch.num_rows
            if last == len(wanted):
                break
    return result


_NUMBERS = {int: r"[0-9]{1,15}", float: r"-?[0-9]{1,15}(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,3})?"}


def number_or_text(text: str, kind: type[int] | type[float]) -> float | str | None:
    """Return the number in a cell, None for an empty one, or else its text, by which ``tabulate`` refuses the row."""
    text = text.strip()
    return kind(text) if re.fullmatch(_NUMBERS[kind], text) else text or None


def first_lines(payload: Payload, opened: Opened, count: int, *, delimiter: str = ",") -> list[list[str]]:
    """Return the cells of the first lines of delimited UTF-8 text, at most ``count`` of them.

    Raises:
        PayloadError: the header is missing, too long or not UTF-8.
    """
    with opened() as stream:
        head = b"".join(stream.readline(_LONGEST_HEADER) for _ in range(count))
    try:
        lines = list(csv.reader(io.StringIO(head.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error):
        lines = []
    if not lines or not lines[0]:
        raise payload.error(f"no column names in UTF-8 in the first line: {excerpt(head)}", row="header")
    return lines


def utf8_or(opened: Opened, other: str) -> str:
    """Return ``utf8`` if all bytes are UTF-8, else ``other``, for publishers that have sent both."""
    with opened() as stream:
        try:
            for _ in codecs.iterdecode(iter(partial(stream.read, BLOCK), b""), "utf-8"):
                pass
        except UnicodeDecodeError:
            return other
    return "utf8"


def _texts(
    payload: Payload, stream: IO[bytes], header: list[str], delimiter: str, encoding: str, quoted: bool = True
) -> Iterator[pa.RecordBatch]:
    """Yield batches of text columns."""
    try:
        reader = pyarrow.csv.open_csv(
            stream,
            read_options=pyarrow.csv.ReadOptions(block_size=BLOCK, encoding=encoding, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in header}, strings_can_be_null=True, null_values=[""]
            ),
        )
        require_columns(payload, reader.schema.names, header, row="header")
        yield from reader
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise payload.error(f"the delimited text cannot be read: {error}") from error


def _typed(payload: Payload, schema: pa.Schema, texts: pa.RecordBatch, before: int) -> pa.RecordBatch:
    """Return the declared columns in their types, null where the text lacks one, and the pointer of every row."""
    numbers = pa.array(np.arange(before + 1, before + texts.num_rows + 1))
    pointer = pc.binary_join_element_wise("row", numbers.cast(pa.string()), " ")
    texts = texts.append_column(POINTER, pointer)
    columns = [
        _cast(payload, column, texts) if column.name in texts.schema.names else pa.nulls(texts.num_rows, column.type)
        for column in schema
    ]
    return pa.RecordBatch.from_arrays([*columns, pointer], schema=schema.append(POINTER))


def _cast(payload: Payload, column: pa.Field, batch: pa.RecordBatch) -> pa.Array:
    texts = batch.column(column.name)
    try:
        values = texts.cast(column.type)
    except pa.ArrowInvalid:
        wrong = pa.array([not _castable(text, column.type) for text in texts])
        refuse_where(payload, batch, wrong, column.name, f"must be {column.type}")
        raise
    if pa.types.is_floating(column.type):
        refuse_where(payload, batch, pc.invert(pc.is_finite(values)), column.name, "must be a finite number")
    return values


def _castable(text: pa.Scalar, kind: pa.DataType) -> bool:
    try:
        text.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


def _require_values(payload: Payload, schema: pa.Schema, batch: pa.RecordBatch) -> None:
    for column in schema:
        if not column.nullable:
            refuse_where(payload, batch, pc.is_null(batch.column(column.name)), column.name, "must not be empty")
