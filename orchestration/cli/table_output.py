"""Rows as text: a table if it fits the terminal, otherwise one block per row."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.core.text import one_line

if TYPE_CHECKING:
    import pandas as pd

    from orchestration.releases.bounded_query import Rows

ROWS_SHOWN = 200
NARROWEST = 12
"""Width in characters to which a column may shrink before the table turns into blocks."""

_GAP = 3


def print_frame(frame: pd.DataFrame, stream: IO[str]) -> None:
    """As ``print_rows``, of a frame."""
    import pandas as pd

    shown = list(frame.head(ROWS_SHOWN).itertuples(index=False, name=None))
    is_number = [pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind) for kind in frame.dtypes]
    _print(list(map(str, frame.columns)), is_number, shown, len(frame), stream)


def print_values(columns: Sequence[str], rows: Sequence[Sequence[Any]], stream: IO[str]) -> None:
    """Print all of a few rows for people; long texts are folded wherever they go."""
    is_number = [all(isinstance(row[at], int | float) for row in rows) for at in range(len(columns))]
    _print(columns, is_number, rows, len(rows), stream, may_fold=True)


def print_rows(rows: Rows, stream: IO[str]) -> int:
    """Print at most ``ROWS_SHOWN`` rows for people, and the number of further ones; return the number of all.

    The table fits the terminal, or 80 columns where there is none (COLUMNS says otherwise); cells are folded in a terminal only.
    """
    import pyarrow as pa

    from orchestration.releases.bounded_query import values

    shown: list[tuple[Any, ...]] = []
    count = 0
    for batch in rows.batches:
        if len(shown) < ROWS_SHOWN:
            head = batch.slice(0, ROWS_SHOWN - len(shown))
            shown.extend(zip(*(values(column) for column in head.columns), strict=True))
        count += batch.num_rows
    kinds = rows.schema.types
    is_number = [pa.types.is_integer(one) or pa.types.is_floating(one) or pa.types.is_decimal(one) for one in kinds]
    _print(rows.schema.names, is_number, shown, count, stream)
    return count


def _print(
    columns: Sequence[str],
    is_number: Sequence[bool],
    shown: Sequence[Sequence[Any]],
    count: int,
    stream: IO[str],
    may_fold: bool | None = None,
) -> None:
    cells = [[_cell(value) for value in row] for row in shown]
    names = [one_line(name) for name in columns]
    widths = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(names)]
    available = shutil.get_terminal_size().columns
    if stream.isatty() if may_fold is None else may_fold:
        least = [min(width, max(NARROWEST, len(name))) for width, name in zip(widths, names, strict=True)]
    else:
        least = widths
    if sum(width + _GAP for width in least) <= available:
        console = Console(file=stream, width=available)
        with console.capture() as table:  # rich itself would end the program where the reader has gone
            console.print(_table(names, is_number, cells))
        stream.write(table.get())
    else:
        _print_blocks(names, cells, stream)
    if count > len(shown):
        stream.write(f"… {count - len(shown):,} more of {count:,} rows; use --format csv for all\n")


def _table(names: list[str], is_number: Sequence[bool], cells: list[list[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, numeric in zip(names, is_number, strict=True):
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold", min_width=len(name))
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _print_blocks(names: list[str], cells: list[list[str]], stream: IO[str]) -> None:
    widest = max(map(len, names))
    for number, row in enumerate(cells, start=1):
        stream.write(f"── row {number} ".ljust(widest + 20, "─") + "\n")
        for name, cell in zip(names, row, strict=True):
            stream.write(f"{name.ljust(widest)}  {cell}\n")


def _cell(value: Any) -> str:
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, date | str):
        return one_line(str(value))
    if isinstance(value, float | Decimal):
        number = float(value)
        return "" if math.isnan(number) else f"{number:,.0f}" if abs(number) >= 1e6 else f"{number:.6g}"
    return one_line(str(value))
