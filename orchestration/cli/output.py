"""Output of commands: JSON for programs; for people a table, or blocks where it is wider than the terminal."""

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
from orchestration.reading.bounded_query import Rows, values

ROWS_SHOWN = 200
_PADDING = 3
"""Characters between two columns of a table."""
_GROUPED = 10_000

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def require_reason(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return a reason without surrounding spaces; refuse an empty one."""
    if value is not None and not value.strip():
        raise click.BadParameter("the reason is empty", ctx=context, param=parameter)
    return value.strip() if value else None


def print_json(content: Any) -> None:
    """Print JSON as UTF-8, one field a line; dates and other values as text."""
    click.echo(json.dumps(content, indent=1, ensure_ascii=False, default=str))


def print_lines(table: Table) -> None:
    """Print a table of rich; rich itself would end the program when the reader closes the pipe."""
    console = Console(width=shutil.get_terminal_size().columns)
    with console.capture() as captured:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, in_blocks: bool = False) -> None:
    """Print rows as a table as wide as the terminal (80 columns without one; COLUMNS overrides); numbers align right.

    With ``in_blocks``, print one block a row where a cell would have to wrap.
    """
    by_column = list(zip(*rows, strict=True)) or [() for _ in columns]
    names, cells = [one_line(name) for name in columns], [*zip(*map(_cells, by_column), strict=True)]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    if in_blocks and sum(widths) + _PADDING * len(widths) > shutil.get_terminal_size().columns:
        longest = max(map(len, names))
        for number, row in enumerate(cells, start=1):
            click.echo(f"── row {number} ──")
            for name, cell in zip(names, row, strict=True):
                click.echo(f"{name.ljust(longest)}  {cell}")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, column in zip(names, by_column, strict=True):
        is_number = all(isinstance(value, int | float | Decimal | None) for value in column)
        table.add_column(Text(name), justify="right" if is_number else "left", no_wrap=in_blocks)
    for row in cells:
        table.add_row(*map(Text, row))
    print_lines(table)


def print_rows(rows: Rows) -> int:
    """Print the first ``ROWS_SHOWN`` rows of a query and how many more there are; return the number of all rows."""
    shown: list[tuple[Any, ...]] = []
    count = 0
    for batch in rows.batches:
        shown += islice(zip(*map(values, batch.columns), strict=True), ROWS_SHOWN - len(shown))
        count += batch.num_rows
    print_table(rows.schema.names, shown, in_blocks=True)
    if count > len(shown):
        click.echo(f"… {count - len(shown):,} more of {count:,} rows; use --format csv for all")
    return count


def _cells(column: Sequence[Any]) -> list[str]:
    """Return the cells of a column; whole numbers are grouped in thousands where one is too large for a year."""
    is_grouped = any(isinstance(value, int) and abs(value) >= _GROUPED for value in column)
    return [f"{value:,}" if is_grouped and isinstance(value, int) else _cell(value) for value in column]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, float | Decimal):
        six_digits = f"{float(value):.6g}"
        return "" if math.isnan(value) else f"{value:,.0f}" if "e+" in six_digits else six_digits
    return one_line(str(value))
