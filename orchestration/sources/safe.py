"""China's State Administration of Foreign Exchange (SAFE): services and IP charges, with signs as published."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.archives import cell_text, sheet_cells
from orchestration.formats.dropped_files import by_mark, recognised_files
from orchestration.formats.pointers import cell_pointer

CARD = Card(
    id="safe",
    publisher="State Administration of Foreign Exchange of China",
    homepage="https://www.safe.gov.cn/en/BalanceofPayments/index.html",
    licence="no licence text stated: public statistics, quoted with the source named",
    citation="State Administration of Foreign Exchange, The time-series data of Balance of Payments of China "
    "(annual, USD)",
    cadence="quarterly, at the end of March, June, September and December",
    cycle_months=3,
    timezone="Asia/Shanghai",
    change_signal="hash of the downloaded file",
    limits="no API; a person downloads the workbook",
    release_months=(3, 6, 9, 12),
    by_hand=True,
)

_SHEET = "annual(USD)"
RESOURCES = (
    Resource(
        "balance_of_payments_annual_usd", "China's balance of payments, annual, in US dollars", vintage_basis=None
    ),
)

TABLES = {"indicators": columns("Item string, Entry string, Year int32, Value double?, Unit string")}
OBSERVATIONS = {
    "indicators": Observations(
        measure="Entry",
        area="'CHN'",
        item="Item",
        year="Year",
        value="Value * 100000000",
        balances=(Balance("measure", "Balance", ("Credit", "Debit"), rounding=1_000_000),),
    )
}
_ITEMS = ("1.A.b Services", "1.A.b.8 Charges for the use of intellectual property n.i.e")
_ENTRIES = ("Balance", "Credit", "Debit")
_UNIT = "in 100 million of US dollars"
_WORKBOOK_HEAD = 64 * 1024
"""Bytes of a workbook's list of sheets that are searched."""


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the downloaded workbooks, recognised by their sheet."""
    yield from recognised_files(
        CARD,
        resource,
        feed,
        by_mark({resource.key: f'name="{_SHEET}"'}, member="workbook.xml", size=_WORKBOOK_HEAD),
        expected=f"the sheet {_SHEET!r}, in an .xlsx workbook",
        place="the list of sheets",
        remedy=f'download "The time-series data of Balance of Payments of China" as an .xlsx file at {CARD.homepage}',
    )


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield ``indicators``: balance, credit and debit of ``_ITEMS`` in SAFE's unit and signs, one row per cell.

    The vintage is the publisher's date on the card, else the date of the file.
    """
    cells = sheet_cells(payload, _SHEET)
    header, first, years = _header(payload, cells)
    texts = [cell_text(cell) for row in cells[:header] for cell in row]
    units = [text for text in texts if text.casefold().startswith("unit")]
    if len(units) != 1 or not units[0].casefold().endswith(_UNIT.casefold()):
        raise payload.error(f"units above the header: {units}; there must be one, {_UNIT!r}", row=_SHEET)
    labels = {number: cell_text(row[first]) for number, row in enumerate(cells)}
    records: list[tuple[str, dict[str, Any]]] = []
    for name in _ITEMS:
        rows = [row for row, label in labels.items() if row > header and label == name]
        if len(rows) != 1:
            raise payload.error(f"item {name!r} is {len(rows)} times in the table; it must be there once", row=_SHEET)
        for row, entry in enumerate(_ENTRIES, rows[0]):
            seen = labels.get(row, "")
            if entry != "Balance" and seen != entry:
                raise payload.error(
                    f"{seen!r} where {entry} of {name!r} must follow", row=cell_pointer(_SHEET, row, first)
                )
            fixed = {"Item": name, "Entry": entry, "Unit": units[0]}
            records += [
                (cell_pointer(_SHEET, row, column), {**fixed, "Year": year, "Value": cells[row][column]})
                for column, year in years.items()
            ]
    yield tabulate(payload, "indicators", TABLES["indicators"], payload.dated, records)


def _header(payload: Payload, cells: list[list[Any]]) -> tuple[int, int, dict[int, int]]:
    """Return the row and column of the first cell ``Item`` with a year to its right, and the year of each column."""
    for number, row in enumerate(cells):
        for column, (cell, following) in enumerate(pairwise(row)):
            if cell_text(cell) == "Item" and _year(following):
                return number, column, _years(payload, row, number, column)
    raise payload.error("no header with Item and years in the table", row=_SHEET)


def _years(payload: Payload, row: Sequence[Any], number: int, first: int) -> dict[int, int]:
    years: dict[int, int] = {}
    for column in range(first + 1, len(row)):
        if row[column] is None:
            continue
        year, last = _year(row[column]), max(years.values(), default=None)
        if year is None or (last is not None and year != last + 1):
            raise payload.error(
                f"{row[column]!r} after {last} in the header; its columns must be years without a gap or repetition",
                row=cell_pointer(_SHEET, number, column),
            )
        years[column] = year
    return years


def _year(cell: Any) -> int | None:
    text = cell_text(cell)
    return int(text) if re.fullmatch("(19|20)[0-9]{2}", text) else None
