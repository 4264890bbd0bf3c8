"""The SAFE module: the bundle's good path, a table that is found by what it says, and workbooks that are not what they must be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import FeedError, NothingDroppedError, PayloadError
from orchestration.sources import safe
from tests.unit.sources.fakes import FakeFeed, editions_of, land, make_origin, make_payload
from tests.unit.sources.staged import raw_table, staged

RESOURCE = safe.RESOURCES[0]
MODEL = "stg_safe__indicators"
Cells = list[list[Any]]


def cells() -> Cells:
    """A made-up table in SAFE's layout: two years, both items, one item that is not read."""
    return [
        [],
        ["China’s Balance of Payments  (annual)"],
        ["Unit：in 100 million of US dollars"],
        ["Item", 2021, 2022],
        [],
        ["1. Current account", 9, 9],
        ["   1.A.b Services ", -10, -20.5],
        ["Credit", 30, 40],
        ["Debit", -40, -60.5],
        ["    1.A.b.8 Charges for the use of intellectual property n.i.e", -2, -3],
        ["Credit", 1, 1],
        ["Debit", -3, -4],
    ]


def workbook(table: Cells, sheet: str = "annual(USD)") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in table:
        page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parsed(folder: Path, content: bytes, published: date | None = None) -> Parsed:
    origin = make_origin(safe.CARD, RESOURCE.key, content, file_name="table.xlsx", publisher_last_updated=published)
    (only,) = safe.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [item for batch in result.batches for item in batch.to_pylist()]


def values(result: Parsed) -> dict[tuple[str, int], float | None]:
    rows = staged(MODEL, raw_table(safe.TABLES["indicators"], [result]))
    return {(row["indicator"], row["year"]): row["value"] for row in rows}


def test_the_bundle_holds_receipts_and_payments_since_1997(tmp_path: Path) -> None:
    (edition,) = editions_of("safe")
    (payload,) = land(tmp_path, safe.fetch(RESOURCE, edition))
    (result,) = safe.parse(payload)
    assert (result.table, str(result.vintage), result.rejects) == ("indicators", "2023-06-30", ())
    assert len(rows_of(result)) == 156
    found = values(result)
    assert len(found) == 104
    assert {year for _, year in found} == set(range(1997, 2023))
    assert found["ip_payments", 2022] == pytest.approx(44_474_106_058.33)
    assert found["ip_receipts", 2022] == pytest.approx(13_304_772_071.0)
    assert found["ip_payments", 1997] == pytest.approx(543_430_000)
    assert found["services_imports", 2022] == pytest.approx(461_255_524_752.94)
    assert found["services_exports", 2022] == pytest.approx(368_952_755_652.88)


def test_units_and_signs_are_turned_in_staging_and_cells_are_named(tmp_path: Path) -> None:
    result = parsed(tmp_path, workbook(cells()), date(2024, 3, 29))
    first = rows_of(result)[0]
    assert first == {
        "Item": "1.A.b Services",
        "Entry": "Balance",
        "Year": 2021,
        "Value": -10.0,
        "Unit": "Unit：in 100 million of US dollars",
        "payload_pointer": "annual(USD)!B7",
    }
    assert str(result.vintage) == "2024-03-29"
    assert values(result) == {
        ("services_exports", 2021): 3e9,
        ("services_exports", 2022): 4e9,
        ("services_imports", 2021): 4e9,
        ("services_imports", 2022): 6.05e9,
        ("ip_receipts", 2021): 1e8,
        ("ip_receipts", 2022): 1e8,
        ("ip_payments", 2021): 3e8,
        ("ip_payments", 2022): 4e8,
    }


def test_the_table_is_found_wherever_it_is(tmp_path: Path) -> None:
    moved = [["a line above"], *([None, None, *row] for row in cells())]
    assert values(parsed(tmp_path, workbook(moved))) == values(parsed(tmp_path, workbook(cells())))


def test_zeros_from_before_ip_charges_were_collected_are_no_figures(tmp_path: Path) -> None:
    early = cells()
    early[3] = ["Item", "1996", "1997"]
    early[9][1:], early[10][1:], early[11][1:] = [0, -3], [0, 1], [0, -4]
    rows = staged(MODEL, raw_table(safe.TABLES["indicators"], [parsed(tmp_path, workbook(early))]))
    found = {(row["indicator"], row["year"]): (row["value"], row["obs_status"]) for row in rows}
    assert found["ip_payments", 1996] == (None, "L")
    assert found["ip_payments", 1997] == (4e8, "A")
    assert found["services_imports", 1996] == (4e9, "A")


def test_an_empty_cell_is_missing(tmp_path: Path) -> None:
    table = cells()
    table[10][2] = None
    rows = staged(MODEL, raw_table(safe.TABLES["indicators"], [parsed(tmp_path, workbook(table))]))
    found = {(row["indicator"], row["year"]): (row["value"], row["obs_status"]) for row in rows}
    assert found["ip_receipts", 2022] == (None, "O")


def test_a_figure_that_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    table = cells()
    table[11][2] = "about 4"
    result = parsed(tmp_path, workbook(table))
    (reject,) = result.rejects
    assert reject.pointer == "annual(USD)!C12"
    assert "Value is not double: 'about 4'" in reject.reason
    assert len(rows_of(result)) == 11


def test_without_a_file_the_reader_learns_what_to_download() -> None:
    with pytest.raises(
        NothingDroppedError, match="no downloaded file of China's balance of payments, annual, in US dollars"
    ) as refusal:
        list(safe.fetch(RESOURCE, FakeFeed()))
    assert refusal.value.remedy is not None
    assert "https://www.safe.gov.cn/en/BalanceofPayments/index.html" in refusal.value.remedy
    assert "drop folder" in refusal.value.remedy


def test_every_dropped_workbook_is_known_by_its_sheet_whatever_its_name() -> None:
    feed = FakeFeed(
        dropped={"b.xlsx": workbook(cells()), "国际收支 (1).bin": workbook(cells()), "Thumbs.db": b"litter"}
    )
    answers = list(safe.fetch(RESOURCE, feed))
    assert [answer.origin.file_name for answer in answers] == ["b.xlsx", "国际收支 (1).bin"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(cells(), "annual(RMB)"), "a zip archive or a workbook"),
        (workbook(cells())[:-200], "a zip archive or a workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "a workbook of the old format"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"Item,2021", "a file of another form; it must have the sheet 'annual(USD)'"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_no_such_workbook_is_refused_by_name(content: bytes, said: str) -> None:
    feed = FakeFeed(dropped={"a.xlsx": workbook(cells()), "b.xlsx": content})
    with pytest.raises(
        FeedError, match=r"'b\.xlsx' in the drop folder is no file of State Administration of Foreign"
    ) as refusal:
        list(safe.fetch(RESOURCE, feed))
    assert said in refusal.value.failure
    assert "https://www.safe.gov.cn/en/BalanceofPayments/index.html" in str(refusal.value.remedy)


def with_sheet(old: bytes, new: bytes) -> bytes:
    """The workbook with one text of its sheet replaced, as no library would write it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(cells()))) as plain, zipfile.ZipFile(stream, "w") as changed:
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert content.count(old) == 1
                content = content.replace(old, new)
            changed.writestr(name, content)
    return stream.getvalue()


def test_a_workbook_that_claims_endless_rows_and_columns_is_read_within_bounds(tmp_path: Path) -> None:
    far = b'<row r="99999999999"><c r="XFD99999999999"><v>1</v></c></row></sheetData>'
    assert values(parsed(tmp_path, with_sheet(b"</sheetData>", far))) == values(parsed(tmp_path, workbook(cells())))


def change(row: int, column: int, value: object) -> Callable[[Cells], None]:
    def apply(table: Cells) -> None:
        table[row][column] = value

    return apply


def swap_signs(table: Cells) -> None:
    for row in (8, 11):
        table[row][1:] = [-value for value in table[row][1:]]


def drop_row(row: int) -> Callable[[Cells], None]:
    def apply(table: Cells) -> None:
        del table[row]

    return apply


@pytest.mark.parametrize(
    ("fault", "said", "place"),
    [
        (
            change(2, 0, "Unit：in 100 million of Renminbi Yuan"),
            r"\]; there must be one, 'in 100 million of US dollars'",
            "annual(USD)",
        ),
        (
            change(2, 0, "Unit：in 100 million of SDR"),
            r"\]; there must be one, 'in 100 million of US dollars'",
            "annual(USD)",
        ),
        (change(2, 0, None), r"\]; there must be one, 'in 100 million of US dollars'", "annual(USD)"),
        (change(3, 0, "Items"), "header with Item and years", "annual(USD)"),
        (
            change(3, 2, "y_2022"),
            "after 2021 in the header; its columns must be years without a gap or",
            "annual(USD)!C4",
        ),
        (change(3, 2, 2021), "after 2021 in the header; its columns must be years without a gap or", "annual(USD)!C4"),
        (change(3, 2, 2023), "after 2021 in the header; its columns must be years without a gap or", "annual(USD)!C4"),
        (change(3, 2, "2022 (p)"), "after 2021 in the header; its columns must be years", "annual(USD)!C4"),
        (change(3, 2, "n.a."), "after 2021 in the header; its columns must be years", "annual(USD)!C4"),
        (change(3, 1, 1850), "no header with Item and years", "annual(USD)"),
        (change(1, 0, "Unit：in 100 million of US dollars"), r"\]; there must be one, 'in 100 million", "annual(USD)"),
        (change(11, 1, 0.5), r"debit of .* in 2021 is 0\.5; it must not be positive", "annual(USD)!B12"),
        (change(10, 2, -0.5), r"credit of .* in 2022 is -0\.5; it must not be negative", "annual(USD)!C11"),
        (change(6, 1, -10.01), r"balance of 1\.A\.b Services in 2021 is -10\.01; credit", "annual(USD)!B7"),
        (swap_signs, r"debit of 1\.A\.b Services in 2021 is 40\.0; it must not be positive", "annual(USD)!B9"),
        (
            change(10, 1, -1),
            r"credit of 1\.A\.b\.8 Charges for the use of intellectual property n\.i\.e in",
            "annual(USD)!B11",
        ),
        (
            change(9, 2, 3),
            r"balance of 1\.A\.b\.8 Charges for the use of intellectual property n\.i\.e in",
            "annual(USD)!C10",
        ),
        (change(7, 0, "Debit"), "' must follow", "annual(USD)!A8"),
        (drop_row(11), "' must follow", "annual(USD)!A12"),
        (
            change(9, 0, "1.A.b.8 Royalties"),
            r"item '1\.A\.b\.8 Charges for the use of intellectual property n\.i\.e' found 0",
            "annual(USD)",
        ),
        (
            change(5, 0, "1.A.b Services"),
            r"item '1\.A\.b Services' found 2 times in the table; it must be there once",
            "annual(USD)",
        ),
    ],
)
def test_a_table_that_says_something_else_is_refused(
    tmp_path: Path, fault: Callable[[Cells], None], said: str, place: str
) -> None:
    table = cells()
    fault(table)
    with pytest.raises(PayloadError, match=said) as refusal:
        parsed(tmp_path, workbook(table))
    assert refusal.value.row == place
    assert refusal.value.publisher == safe.CARD.publisher


def test_a_year_more_is_read_without_a_change(tmp_path: Path) -> None:
    table = cells()
    for row, value in zip((3, 6, 7, 8, 9, 10, 11), (2023, -1, 1, -2, 0, 5, -5), strict=True):
        table[row].append(value)
    assert values(parsed(tmp_path, workbook(table)))["ip_payments", 2023] == 5e8
