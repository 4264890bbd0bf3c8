"""A small workbook in SAFE's layout: two years, both items, one item that is not read."""

import io
from typing import Any

from openpyxl import Workbook

from orchestration.sources import safe
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal, changed

IP = "1.A.b.8 Charges for the use of intellectual property n.i.e"
CELLS: list[list[Any]] = [
    [],
    ["China’s Balance of Payments  (annual)"],
    ["Unit：in 100 million of US dollars"],
    ["Item", 2021, 2022],
    [],
    ["1. Current account", 9, 9],
    ["   1.A.b Services ", -10, -20.5],
    ["Credit", 30, 40],
    ["Debit", -40, -60.5],
    [f"    {IP}", -2, -3],
    ["Credit", 1, 1],
    ["Debit", -3, -4],
]


def workbook(cells: list[list[Any]], sheet: str = "annual(USD)") -> bytes:
    book, stream = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.title = sheet
    for row in cells:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def number(cell: str, value: float) -> str:
    """A cell as it is written in the sheet."""
    return f'<c r="{cell}" t="n"><v>{value:g}</v></c>'


YEARS = "after 2021 in the header; its columns must be years without a gap or repetition"
REFUSED: tuple[Refusal, ...] = (
    ("US dollars", "Renminbi Yuan", "there must be one, 'in 100 million of US dollars'", "annual(USD)"),
    ("<t>Item<", "<t>Items<", "no header with Item and years", "annual(USD)"),
    (number("C4", 2022), number("C4", 2023), YEARS, "annual(USD)!C4"),
    ("<t>Debit<", "<t>Debits<", "'Debits' where Debit of '1.A.b Services' must follow", "annual(USD)!A9"),
    (IP, "1.A.b.8 Royalties", f"item {IP!r} is 0 times", "annual(USD)"),
    ("1. Current account", "1.A.b Services", "item '1.A.b Services' is 2 times", "annual(USD)"),
    ("annual(USD)", "annual(RMB)", "no sheet 'annual(USD)' in the workbook", None),
)
BODY = workbook(CELLS)
ENDLESS = '<row r="99999999999"><c r="XFD99999999999"><v>1</v></c></row></sheetData>'
CASES = [
    Case(
        make_origin(safe.CARD, safe.RESOURCES[0].key, BODY, file_name="table.xlsx"),
        BODY,
        {"indicators": 12},
        {
            "Item": "1.A.b Services",
            "Entry": "Balance",
            "Year": 2021,
            "Value": -10.0,
            "Unit": "Unit：in 100 million of US dollars",
            "payload_pointer": "annual(USD)!B7",
        },
        "2026-07-01",
        REFUSED,
        (changed(BODY, "</sheetData>", ENDLESS),),
    )
]
