"""Rows of an answer as CSV, JSON or Parquet, written batch by batch as they come.

In CSV an apostrophe precedes text that a spreadsheet would take for a formula; JSON and Parquet have unmodified texts.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.core.errors import ReleaseError
from orchestration.core.text import cell, one_line
from orchestration.releases.bounded_query import Rows, values

_EXACT = 2**53
"""Below this, a whole number in double precision has no digit that its integer lacks."""

_MAY_BE_FORMULA = r"^[^0-9A-Za-z]*[=+\-@\t\r＝＋－＠]"
"""What every text that ``cell`` changes matches, and few others."""


def write_csv(rows: Rows, stream: TextIO) -> int:
    """Write a line of names and a line a row; return the number of rows."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([cell(name) for name in rows.schema.names])
    count = 0
    for batch in rows.batches:
        writer.writerows(zip(*(_cells(column) for column in batch.columns), strict=True))
        count += batch.num_rows
    return count


def write_json(rows: Rows, stream: TextIO) -> int:
    """Write an array of objects, a field a line; return the number of rows. What is not a number in JSON is null.

    Raises:
        ReleaseError: two columns have one name.
    """
    names = rows.schema.names
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ReleaseError(
            f"two columns are called {one_line(twice[0])}, and an object of JSON has one field of a name",
            remedy="give each a name of its own: select … as NAME",
        )
    encode = json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",\n ", ": "), default=_plain
    ).encode
    count = 0
    for batch in rows.batches:
        if batch.num_rows:
            columns = [_numbers(column) for column in batch.columns]
            text = encode([dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)])
            stream.write("[\n " if count == 0 else ",\n ")
            stream.write(text[1:-1])
            count += batch.num_rows
    stream.write("\n]\n" if count else "[]\n")
    return count


def write_parquet(rows: Rows, path: Path) -> int:
    """Write a Parquet file; return the number of rows.

    Raises:
        ReleaseError: Parquet has no form for the type of a column, such as a union.
    """
    count = 0
    try:
        with pq.ParquetWriter(path, rows.schema, compression="zstd") as writer:
            for batch in rows.batches:
                writer.write_batch(batch)
                count += batch.num_rows
    except pa.ArrowNotImplementedError as error:
        raise ReleaseError(
            f"Parquet has no form for a column: {error}",
            remedy="select it as text, column::varchar, or write --format json",
        ) from error
    return count


TEXT_KINDS: Mapping[str, Callable[[Rows, TextIO], int]] = {"csv": write_csv, "json": write_json}


def _cells(column: pa.Array) -> list[Any]:
    """The values of a column as ``csv`` writes them; not a number is an empty cell."""
    if pa.types.is_string(column.type):
        texts = column.to_pylist()
        suspect = pc.any(pc.match_substring_regex(column, _MAY_BE_FORMULA)).as_py()
        return [text and cell(text) for text in texts] if suspect else texts
    if pa.types.is_floating(column.type):
        return [None if value is None or value != value else _shortest(value) for value in values(column)]
    if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return values(column)
    return [None if value is None else cell(str(value)) for value in values(column)]


def _shortest(value: float) -> float:
    """A number whose text is the shortest that reads back equal: 419657000, not 419657000.0."""
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _numbers(column: pa.Array) -> list[Any]:
    """The values of a column as JSON has them: not a number and infinity are null."""
    has_odd = pa.types.is_nested(column.type)
    if pa.types.is_floating(column.type):
        has_odd = not pc.all(pc.is_finite(column), min_count=0).as_py()
    return [_finite(value) for value in values(column)] if has_odd else values(column)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _finite(one) for name, one in value.items()}
    return value


def _plain(value: Any) -> Any:
    """A value that JSON has no form for: days and moments as ISO text, decimals as numbers, bytes in hexadecimal digits."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value.hex() if isinstance(value, bytes) else str(value)
