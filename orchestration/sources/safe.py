"""China's State Administration of Foreign Exchange (SAFE): services and IP charges in the balance of payments, signs as published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.archives import archive_beginning, is_archive, sheet_cells
from orchestration.formats.dropped_files import Layout, beginning, recognised

CARD = Card(
    id="safe",
    publisher="State Administration of Foreign Exchange of China",
    homepage="https://www.safe.gov.cn/en/BalanceofPayments/index.html",
    licence="no licence text stated: public statistics, quoted with the source named",
    citation="State Administration of Foreign Exchange, The time-series data of Balance of Payments of China (annual, USD)",
    cadence="quarterly, at the end of March, June, September and December",
    timezone="Asia/Shanghai",
    change_signal="hash of the downloaded file",
    limits="no API; a person downloads the workbook",
    release_months=(3, 6, 9, 12),
)

_SHEET = "annual(USD)"
RESOURCES = (
    Resource("balance_of_payments_annual_usd", "China's balance of payments, annual, in US dollars", {"sheet": _SHEET}),
)

TABLES: Mapping[str, pa.Schema] = {
    "indicators": columns("Item string, Entry string, Year int32, Value double?, Unit string")
}
OBSERVATIONS: Mapping[str, Observations] = {
    "indicators": Observations(
        measure="Entry",
        area="'CHN'",
        area_list=None,
        item="Item",
        year="Year",
        value="Value * 100000000",
        balances=(Balance("measure", "Balance", ("Credit", "Debit"), rounding=1_000_000),),
    )
}
_ITEMS = ("1.A.b Services", "1.A.b.8 Charges for the use of intellectual property n.i.e")
_ENTRIES = ("Balance", "Credit", "Debit")
_UNIT = "in 100 million of US dollars"
_UNPACKED_LIMIT = 200 * 1024 * 1024
_LIST_OF_SHEETS_SIZE = 64 * 1024
_MOST_ROWS, _MOST_COLUMNS = 2_000, 400
"""Ten times what there is; cells beyond are not read."""

_ROUNDING = 0.005
"""In the sheet's unit: half a million dollars, well above the noise of floating point and below any real difference."""


@dataclass(frozen=True)
class _Grid:
    """The cells of the sheet and the place of its table: header row, item column (0-based) and the year of each column."""

    cells: Sequence[Sequence[Any]]
    header: int
    item: int
    years: Mapping[int, int]
    unit: str

    @staticmethod
    def place(row: int, column: int) -> str:
        from openpyxl.utils import get_column_letter  # only a workbook needs the library; loading the sources does not

        return f"{_SHEET}!{get_column_letter(column + 1)}{row + 1}"

    def label(self, row: int) -> str:
        return _text(self.cells[row][self.item]) if row < len(self.cells) else ""


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the downloaded workbooks, recognised by their sheet."""
    yield from recognised(
        CARD,
        resource,
        feed,
        _about,
        layout=Layout(f"the sheet {_SHEET!r}, in an .xlsx workbook", "the list of sheets"),
        remedy=f'download "The time-series data of Balance of Payments of China" as an .xlsx file at {CARD.homepage}',
    )


def _about(answer: Answer) -> str | None:
    """Return the resource whose sheet is in an .xlsx workbook."""
    if not is_archive(beginning(answer, 6)):
        return None
    listed = (archive_beginning(answer, "workbook.xml", _LIST_OF_SHEETS_SIZE) or b"").decode("utf-8", "replace")
    return next((item.key for item in RESOURCES if f'name="{item.ask["sheet"]}"' in listed), None)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield ``indicators``: balance, credit and debit of ``_ITEMS`` in SAFE's unit and signs, one row per cell.

    The vintage is the publisher's date on the card, else the date of the file.
    """
    cells = sheet_cells(payload, _SHEET, rows=_MOST_ROWS, columns=_MOST_COLUMNS, limit=_UNPACKED_LIMIT)
    grid = _grid(payload, cells)
    records: list[tuple[str, dict[str, Any]]] = []
    for name in _ITEMS:
        first = _find(payload, grid, name)
        rows = {entry: row for row, entry in enumerate(_ENTRIES, first)}
        for entry in _ENTRIES[1:]:
            if grid.label(rows[entry]) != entry:
                raise payload.error(
                    f"{grid.label(rows[entry])!r} where {entry} of {name!r} must follow",
                    row=grid.place(rows[entry], grid.item),
                )
        _check_figures(payload, grid, name, rows)
        records.extend(_records(grid, first, rows))
    yield tabulate("indicators", TABLES["indicators"], payload.dated, records)


def _grid(payload: Payload, cells: list[list[Any]]) -> _Grid:
    """The header: the first cell ``Item`` with a year to its right."""
    for number, row in enumerate(cells):
        for item, (cell, following) in enumerate(pairwise(row)):
            if _text(cell) == "Item" and _year(following):
                years = _years(payload, row, number, item)
                return _Grid(cells, number, item, years, _unit(payload, cells[:number]))
    raise payload.error("no header with Item and years in the table", row=_SHEET)


def _years(payload: Payload, row: Sequence[Any], number: int, item: int) -> dict[int, int]:
    years: dict[int, int] = {}
    for column in range(item + 1, len(row)):
        if row[column] is None:
            continue
        year = _year(row[column])
        last = max(years.values(), default=None)
        if year is None or (last is not None and year != last + 1):
            raise payload.error(
                f"{row[column]!r} after {last} in the header; its columns must be years without a gap or repetition",
                row=_Grid.place(number, column),
            )
        years[column] = year
    return years


def _unit(payload: Payload, above: Sequence[Sequence[Any]]) -> str:
    texts = [_text(cell) for row in above for cell in row]
    units = [text for text in texts if text.casefold().startswith("unit")]
    if len(units) != 1 or not units[0].casefold().endswith(_UNIT.casefold()):
        raise payload.error(f"units above the header: {units}; there must be one, {_UNIT!r}", row=_SHEET)
    return units.pop()


def _find(payload: Payload, grid: _Grid, name: str) -> int:
    rows = [row for row in range(grid.header + 1, len(grid.cells)) if grid.label(row) == name]
    if len(rows) != 1:
        raise payload.error(f"item {name!r} is {len(rows)} times in the table; it must be there once", row=_SHEET)
    return rows[0]


def _check_figures(payload: Payload, grid: _Grid, name: str, rows: Mapping[str, int]) -> None:
    """Require credits and debits of the right sign that add up to the balance; texts become rejects."""
    for column, year in grid.years.items():
        balance, credit, debit = (_number(grid.cells[rows[entry]][column]) for entry in _ENTRIES)
        if credit is not None and credit < 0:
            raise payload.error(
                f"credit of {name} in {year} is {credit}; it must not be negative",
                row=grid.place(rows["Credit"], column),
            )
        if debit is not None and debit > 0:
            raise payload.error(
                f"debit of {name} in {year} is {debit}; it must not be positive", row=grid.place(rows["Debit"], column)
            )
        if balance is None or credit is None or debit is None:
            continue
        if abs(credit + debit - balance) > _ROUNDING:
            raise payload.error(
                f"balance of {name} in {year} is {balance}; credit {credit} and debit {debit} must add up to it",
                row=grid.place(rows["Balance"], column),
            )


def _records(grid: _Grid, first: int, rows: Mapping[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry, row in rows.items():
        for column, year in grid.years.items():
            yield (
                grid.place(row, column),
                {
                    "Item": grid.label(first),
                    "Entry": entry,
                    "Year": year,
                    "Value": grid.cells[row][column],
                    "Unit": grid.unit,
                },
            )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(cell: Any) -> str:
    """A cell's text with its indentation and double spaces taken out."""
    return " ".join(str(cell).split()) if cell is not None else ""


def _year(cell: Any) -> int | None:
    text = _text(cell)
    return int(text) if len(text) == 4 and text.isdigit() and text[:2] in ("19", "20") else None
