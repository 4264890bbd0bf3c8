"""Rows of an answer as an Excel workbook: numbers are numbers, days are days, and no text is a formula."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.core.errors import ReleaseError
from orchestration.core.text import shown
from orchestration.releases.bounded_query import Rows, values

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below the line of names."""
_LONGEST_TEXT = 32_767
_EXACT = 2**53
"""A workbook has numbers of 64-bit floating point only; larger whole numbers are texts."""
_FIRST_DAY = 1900


def write_workbook(rows: Rows, path: Path) -> int:
    """Write a workbook with one sheet, row by row; return the number of rows.

    Raises:
        ReleaseError: the answer has more rows than a sheet holds.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("query")
    sheet.freeze_panes = "A2"
    names = [_cell(sheet, name) for name in rows.schema.names]
    for one in names:
        one.font = Font(bold=True)
    sheet.append(names)
    count = 0
    for batch in rows.batches:
        count += batch.num_rows
        if count > MOST_ROWS:
            raise ReleaseError(
                f"the answer has more than {MOST_ROWS:,} rows, the most that a sheet holds",
                remedy="write CSV or Parquet: --output FILE.csv",
            )
        for row in zip(*(values(column) for column in batch.columns), strict=True):
            sheet.append([_cell(sheet, value) for value in row])
    book.save(path)
    return count


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Cell:
    from openpyxl.cell import WriteOnlyCell

    held = _held(value)
    cell: Cell = WriteOnlyCell(sheet, held)
    if isinstance(held, str):
        cell.data_type = "s"  # also what begins like a formula
    return cell


def _held(value: Any) -> Any:
    """A value as a cell holds it; what is not a number is empty, and what a sheet has no form for is text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float | Decimal):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if isinstance(value, int):
        return value if abs(value) <= _EXACT else str(value)
    if isinstance(value, datetime):
        return value if value.tzinfo is None and value.year >= _FIRST_DAY else value.isoformat()
    if isinstance(value, date):
        return value if value.year >= _FIRST_DAY else value.isoformat()
    return shown(value.hex() if isinstance(value, bytes) else str(value), _LONGEST_TEXT - 50)
