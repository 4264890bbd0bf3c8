"""Output of commands: JSON for programs; for people a table, or one block per row where the table is wider than the terminal."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.core.text import one_line
from orchestration.releases.bounded_query import Rows, values

ROWS_SHOWN = 200
_PADDING = 3
"""Characters between two columns of a table."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(content: Any) -> None:
    """Print JSON as UTF-8, one field a line; dates and other values as text."""
    click.echo(json.dumps(content, indent=1, ensure_ascii=False, default=str))


def printed_lines(*content: Any, width: int | None = None) -> list[str]:
    """Return tables of rich as lines, as wide as the terminal (80 columns without one; COLUMNS overrides)."""
    console = Console(width=width or shutil.get_terminal_size().columns, highlight=False)
    with console.capture() as captured:  # rich itself would end the program when the reader closes the pipe
        console.print(*content)
    return [line.rstrip() for line in captured.get().rstrip("\n").split("\n")]


def print_console(*content: Any) -> None:
    """Print tables of rich as wide as the terminal."""
    click.echo("\n".join(printed_lines(*content)))


def simple_table(*columns: str, numbers: Sequence[int] = ()) -> Table:
    """Return a table of rich with a ruled head; the columns at positions ``numbers`` align right."""
    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for position in numbers:
        table.columns[position].justify = "right"
    return table


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: Sequence[int] = ()) -> None:
    """Print a table; whole numbers are grouped in thousands, None is blank."""
    table = simple_table(*columns, numbers=numbers)
    for row in rows:
        table.add_row(*("" if cell is None else f"{cell:,}" if type(cell) is int else str(cell) for cell in row))
    print_console(table)


def print_rows(rows: Rows) -> int:
    """Print the first ``ROWS_SHOWN`` rows of a query and how many more there are; return the number of all rows."""
    shown: list[tuple[Any, ...]] = []
    count = 0
    for batch in rows.batches:
        if len(shown) < ROWS_SHOWN:
            columns = (values(column) for column in batch.columns)
            shown += islice(zip(*columns, strict=True), ROWS_SHOWN - len(shown))
        count += batch.num_rows
    print_values(rows.schema.names, shown)
    if count > len(shown):
        click.echo(f"… {count - len(shown):,} more of {count:,} rows; use --format csv for all")
    return count


def print_values(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows as a table if it fits the terminal (80 columns without one; COLUMNS overrides), else as blocks."""
    names = [one_line(name) for name in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(names)]
    available = shutil.get_terminal_size().columns
    if sum(width + _PADDING for width in widths) > available:
        for number, row in enumerate(cells, start=1):
            click.echo(f"── row {number} ".ljust(max(map(len, names)) + 20, "─"))
            for name, cell in zip(names, row, strict=True):
                click.echo(f"{name.ljust(max(map(len, names)))}  {cell}")
        return
    table = simple_table()
    for at, name in enumerate(names):
        is_number = all(isinstance(row[at], int | float | Decimal | None) for row in rows)
        table.add_column(Text(name), justify="right" if is_number else "left", no_wrap=True)
    for row in cells:
        table.add_row(*map(Text, row))
    print_console(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, float | Decimal):
        number = float(value)
        return "" if math.isnan(number) else f"{number:,.0f}" if abs(number) >= 1e6 else f"{number:.6g}"
    return one_line(str(value))
