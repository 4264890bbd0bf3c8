"""Pointers into payloads: a wrong one, or one into an unreadable payload, is refused."""

from pathlib import Path

import pytest

from orchestration.contracts.payload import Payload
from orchestration.core.errors import PayloadError
from orchestration.formats.pointers import fragments
from tests.archives import zipped
from tests.unit.sources.fakes import make_origin, make_payload
from tests.unit.synthetic_source import CARD

TEXT = 'code,label,value\nA,"two\nlines",1.5\n\nB,,2\nC,"a, b","3,000"\n'


def payload(folder: Path, body: bytes) -> Payload:
    return make_payload(folder, make_origin(CARD, "numbers", body), body)


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
