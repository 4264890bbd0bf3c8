"""Places in payloads: every kind of pointer leads to its row, element or cell, in every packing, and a wrong one is refused."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from orchestration.contracts.payload import Payload
from orchestration.core.errors import PayloadError
from orchestration.formats.pointers import cell_pointer, fragments
from tests.archives import seven_zipped, zipped
from tests.unit.sources.fakes import make_origin, make_payload
from tests.unit.synthetic_source import CARD

TEXT = 'code,label,value\nA,"two\nlines",1.5\n\nB,,2\nC,"a, b","3,000"\n'


def payload(folder: Path, body: bytes) -> Payload:
    return make_payload(folder, make_origin(CARD, "numbers", body), body)


def content_at(held: Payload, pointer: str) -> Any:
    return fragments(held, [pointer])[pointer].content


def test_a_json_pointer_leads_to_an_element(tmp_path: Path) -> None:
    data = [{"a/b": {"m~n": [1, 2.5]}}]
    body = {"data": data, "0": "by key", "empty": None}
    held = payload(tmp_path, b"\xef\xbb\xbf" + json.dumps(body).encode())
    assert content_at(held, "/data/0/a~1b/m~0n/1") == 2.5
    assert content_at(held, "/0") == "by key"
    assert content_at(held, "/empty") is None
    assert content_at(held, "/data/0") == data[0]


@pytest.mark.parametrize(
    ("pack", "member"),
    [
        (lambda text: text, None),
        (gzip.compress, None),
        (lambda text: zipped({"folder/table[1].csv": text, "read me.txt": b"words"}), "folder/table[1].csv"),
        (lambda text: seven_zipped({"table.csv": text}), "table.csv"),
    ],
)
def test_a_row_is_found_however_the_table_is_packed(tmp_path: Path, pack: Any, member: str | None) -> None:
    held = payload(tmp_path, pack(TEXT.encode()))
    parts = fragments(held, ["row 3", "row 1", "row 2", "row 1"])
    assert {pointer: part.content for pointer, part in parts.items()} == {
        "row 1": {"code": "A", "label": "two\nlines", "value": "1.5"},
        "row 2": {"code": "B", "label": None, "value": "2"},
        "row 3": {"code": "C", "label": "a, b", "value": "3,000"},
    }
    assert {part.member for part in parts.values()} == {member}


def test_a_line_and_a_cell_of_it(tmp_path: Path) -> None:
    held = payload(tmp_path, b"A title\n\nOrigin,2023,2024\nChina,69610,70160\n")
    assert content_at(held, "line 4") == {"line": ["China", "69610", "70160"]}
    assert content_at(held, "line 4 column 3") == {"cell": "70160", "line": ["China", "69610", "70160"]}
    divided = payload(tmp_path, b'"CubeId";"bopserva"\n\n"2022";"VS"\n')
    assert content_at(divided, "line 3") == {"line": ["2022", "VS"]}


def test_a_cell_of_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("annual(USD)")
    sheet.append(["Item", 2023, 2024])
    sheet.append([None, None, None])
    sheet.append(["  Credit", "SH", 1.5, "..", -2.25])
    sheet.append(["x", None, 3])
    body = io.BytesIO()
    book.save(body)
    assert cell_pointer("annual(USD)", 2, 2) == "annual(USD)!C3"
    assert cell_pointer("annual(USD)", 0, 26 * 27) == "annual(USD)!AAA1"
    parts = fragments(payload(tmp_path, body.getvalue()), ["annual(USD)!E3", "annual(USD)!C3:E3"])
    assert parts["annual(USD)!E3"].content == {"row": "Credit, SH", "cell": -2.25}
    assert parts["annual(USD)!C3:E3"].content == {"row": "Credit, SH", "cells": [1.5, "..", -2.25]}
    assert parts["annual(USD)!E3"].member == "annual(USD)"
    held = payload(tmp_path, body.getvalue())
    assert content_at(held, "annual(USD)!C4") == {"row": "x", "cell": 3}
    both = fragments(held, ["annual(USD)!B1", "annual(USD)!E3", "annual(USD)!A4:C4"])
    assert [part.content.get("cell") for part in both.values()] == [2023, -2.25, None]
    for nowhere in ("annual(USD)!B4", "annual(USD)!C5", "annual(USD)!F3", "annual(USD)!E3:C3"):
        with pytest.raises(PayloadError, match="the payload has no such place"):
            fragments(held, [nowhere])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        *((b'{"a": [1]}', "/a/1"), (b'{"a": [1]}', "/a/x"), (b'{"a": [1]}', "/a/-1"), (b'{"a": [1]}', "/b")),
        *((b'{"a": [1]}', "/a/0/c"), (TEXT.encode(), "row 4"), (TEXT.encode(), "row 0"), (b"a,b\n1,2\n", "line 3")),
        *((b"a,b\n1,2\n", "line 2 column 3"), (b"a,b\n1,2\n", "second row"), (b"a,b\n1,2\n", "")),
    ],
)
def test_a_pointer_that_leads_nowhere_is_refused(tmp_path: Path, body: bytes, pointer: str) -> None:
    with pytest.raises(PayloadError, match="the payload has no such place") as caught:
        fragments(payload(tmp_path, body), [pointer])
    assert caught.value.row == pointer


@pytest.mark.parametrize(
    ("body", "pointer", "rule"),
    [
        (b"no json", "/a", "not JSON: Expecting value at character 0 of 'no json'"),
        (b"PK\x03\x04 no archive", "row 1", "archive is damaged:"),
        (b"7z\xbc\xaf\x27\x1c no archive", "row 1", "archive is damaged:"),
        (
            zipped({"a.csv": b"x\n1\n", "b.csv": b"x\n1\n"}),
            "row 1",
            r"2 tables in the archive instead of one: \['a\.csv', 'b\.csv'\]",
        ),
        (b"no workbook", "Sheet!A1", r"the \.xlsx workbook is damaged: BadZipFile: File is not a zip file"),
        (b"\xff\xfe", "line 1", "CSV in UTF-8"),
    ],
)
def test_an_unreadable_payload_is_explained(tmp_path: Path, body: bytes, pointer: str, rule: str) -> None:
    with pytest.raises(PayloadError, match=rule):
        fragments(payload(tmp_path, body), [pointer])
