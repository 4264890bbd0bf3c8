"""Frames as text: a table if it fits the terminal, otherwise one block per row."""

from __future__ import annotations

import shutil
from typing import IO

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.core.text import one_line

ROWS_SHOWN = 200
NARROWEST = 12
"""Width in characters to which a column may shrink before the table turns into blocks."""

_GAP = 3


def print_frame(frame: pd.DataFrame, stream: IO[str]) -> None:
    """Print at most ``ROWS_SHOWN`` rows for people, and the number of further ones.

    A stream that is not a terminal has no width; nothing is folded there.
    """
    shown = frame.head(ROWS_SHOWN)
    cells = [[_cell(value) for value in row] for row in shown.itertuples(index=False, name=None)]
    names = [one_line(str(name)) for name in frame.columns]
    widths = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(names)]
    available = shutil.get_terminal_size().columns if stream.isatty() else sum(widths) + _GAP * len(widths) + 1
    if (
        sum(min(width, max(NARROWEST, len(name))) + _GAP for width, name in zip(widths, names, strict=True))
        <= available
    ):
        Console(file=stream, width=available).print(_table(frame, names, cells))
    else:
        _print_blocks(names, cells, stream)
    if len(frame) > ROWS_SHOWN:
        stream.write(f"… {len(frame) - ROWS_SHOWN:,} more of {len(frame):,} rows; use --format csv for all\n")


def _table(frame: pd.DataFrame, names: list[str], cells: list[list[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for at, name in enumerate(names):
        kind = frame.dtypes.iloc[at]
        numeric = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
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


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return ""
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:.6g}"
    return one_line(str(value))
