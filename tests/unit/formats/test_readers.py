"""Archives and delimited text: what is whole comes through unchanged, what is hostile or damaged is refused by name."""

import gzip
import io
import struct
import subprocess
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook

from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import tabulate
from orchestration.core.errors import PayloadError
from orchestration.formats import archives
from orchestration.formats.archives import archive_member, members, plain_or_gzip, sheet_cells
from orchestration.formats.delimited import named_columns
from tests.archives import seven_zipped, zipped
from tests.unit.sources.fakes import make_origin, make_payload
from tests.unit.synthetic_source import CARD

SCHEMA = pa.schema([pa.field("area", pa.string(), nullable=False), pa.field("value", pa.float64())])


def stored(tmp_path: Path, body: bytes) -> Payload:
    return make_payload(tmp_path, make_origin(CARD, "resource", body, file_name="synthetic"), body)


PACKED = pytest.mark.parametrize("packed", [zipped, seven_zipped])


def member(payload: Payload, limit: int = 100_000) -> bytes:
    with archive_member(payload, "*.csv", limit=limit) as stream:
        return stream.read()


@PACKED
def test_a_member_comes_through(tmp_path: Path, packed: Callable[..., bytes]) -> None:
    payload = stored(tmp_path, packed(("read me.txt", b"no"), ("folder/figures.csv", b"area,value\nUSA,1\n" * 999)))
    assert member(payload, limit=2 + 17 * 999) == b"area,value\nUSA,1\n" * 999
    assert members(payload) == ["read me.txt", "folder/figures.csv"]


def changed(body: bytes, old: bytes, new: bytes) -> bytes:
    assert old in body
    return body.replace(old, new)


def encrypted() -> bytes:
    body = bytearray(zipped(("figures.csv", b"area\n")))
    body[body.index(b"PK\x01\x02") + 8] |= 0x1
    return bytes(body)


ONE = ("figures.csv", b"area\n")
NOISE = bytes(range(256)) * 40
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: zipped(("bomb.csv", bytes(5_000_000))), "5000000 bytes unpacked; the limit is 100000"),
    "7z bomb": (lambda: seven_zipped(("bomb.csv", bytes(5_000_000))), "5000000 bytes unpacked; the limit is 100000"),
    "bomb beside": (lambda: zipped(ONE, ("b.txt", bytes(5_000_000))), "5000005 bytes unpacked; the limit is 100000"),
    "lie": (
        lambda: changed(zipped(("b.csv", bytes(5_000_000))), struct.pack("<I", 5_000_000), struct.pack("<I", 10)),
        "the zip archive is damaged",
    ),
    "members": (
        lambda: zipped(*((f"{number}.csv", b"") for number in range(10_001))),
        "10001 members in an archive; the most is 10000",
    ),
    "member twice": (lambda: zipped(ONE, ONE), "'figures.csv' is in the archive 2 times"),
    "no member": (lambda: zipped(("read me.txt", b"no")), "0 members match *.csv, not one: []"),
    "two members": (lambda: seven_zipped(("a.csv", b"1"), ("b.csv", b"2")), "2 members match *.csv"),
    "too many": (lambda: zipped(*((f"{n}.txt", b"") for n in range(10_001))), "10001 members in an archive"),
    "encrypted": (encrypted, "the archive is encrypted"),
    "encrypted 7z": (lambda: seven_zipped(ONE, password="synthetic"), "the archive is encrypted"),
    # Python 3.13 reads a member without a name, and none then matches; earlier ones find the archive damaged
    "no name": (lambda: changed(zipped(ONE), b"figures.csv", b"\0igures.csv"), ""),
    "page": (lambda: b"<html>", "the zip archive is damaged"),
    "cut zip": (lambda: zipped(("f.csv", NOISE))[:200], "the zip archive is damaged"),
    "cut 7z": (lambda: seven_zipped(("f.csv", NOISE))[:200], "the 7z archive is damaged"),
    **{
        f"climbing {name}": (lambda name=name: zipped((name, b"area\n")), "figures.csv' points outside of its archive")  # type: ignore[misc]
        for name in ("../figures.csv", "/etc/figures.csv", "a/../../figures.csv", "..\\figures.csv", "C:\\figures.csv")
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_damaged_archive_is_refused(kind: str, tmp_path: Path) -> None:
    make, words = HOSTILE[kind]
    with pytest.raises(PayloadError) as caught:
        member(stored(tmp_path, make()))
    assert words in caught.value.failure
    assert caught.value.publisher == CARD.publisher


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (gzip.compress(bytes(5_000_000)), "the body has more than 100000 bytes unpacked"),
        (gzip.compress(NOISE)[:-20], "the gzip body is damaged"),
        (b"\x1f\x8b no gzip", "the gzip body is damaged"),
    ],
)
def test_a_gzip_body_is_read_within_its_limit(body: bytes, words: str, tmp_path: Path) -> None:
    def read(body: bytes, limit: int = 100_000) -> bytes:
        payload = stored(tmp_path, body)
        with plain_or_gzip(payload.open, payload.error, limit) as stream:
            return stream.read()

    assert read(gzip.compress(NOISE), len(NOISE)) == read(NOISE) == NOISE
    with pytest.raises(PayloadError, match=words):
        read(body)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("MEGABYTES", 40, "more than 40 MB of memory|exit code"), ("SECONDS", 0, "more than 0 s of CPU time")],
)
def test_unpacking_has_a_budget(
    name: str, value: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, name, value)
    with pytest.raises(PayloadError, match=words):
        member(stored(tmp_path, seven_zipped(("bomb.csv", bytes(90_000)))))


def test_unpacking_sees_no_key_and_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEA_API_KEY", "synthetic")
    started: list[dict[str, Any]] = []
    start = subprocess.Popen

    def noted(*args: Any, **options: Any) -> Any:
        started.append(options)
        return start(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", noted)
    assert member(stored(tmp_path, zipped(ONE))) == b"area\n"
    assert "BEA_API_KEY" not in started[0]["env"]


def test_a_workbook_is_read_within_its_limits(tmp_path: Path) -> None:
    book, body = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.title = "one"
    book.active.append(["text", 1, 2.5, True, None, date(2026, 7, 1)])
    book.active.append([0.1, "=1+1"])
    book.save(body)
    payload = stored(tmp_path, body.getvalue())
    size = {"rows": 2, "columns": 6, "limit": 1_000_000}
    cells = sheet_cells(payload, "one", **size)
    assert cells[0] == ["text", 1, 2.5, True, None, "2026-07-01 00:00:00"]
    assert cells[1][:2] == [0.1, None], "a formula has no value until an office program computes it"
    assert len(sheet_cells(payload, "one", rows=1, columns=2, limit=1_000_000)[0]) == 2
    for sheet, limit, words in (
        ("two", 1_000_000, "no sheet 'two' in the workbook; it has ['one']"),
        ("one", 100, "limit is 100"),
    ):
        with pytest.raises(PayloadError) as caught:
            sheet_cells(payload, sheet, rows=2, columns=2, limit=limit)
        assert words in caught.value.failure


def rows_of(tmp_path: Path, text: bytes, **options: object) -> list[dict[str, object]]:
    payload = stored(tmp_path, text)
    parsed = named_columns(payload, "figures", SCHEMA, date(2026, 1, 1), partial(io.BytesIO, text), **options)  # type: ignore[arg-type]
    return [row for batch in parsed.batches for row in batch.to_pylist()]


def test_rows_keep_text_numbers_empties_and_their_place(tmp_path: Path) -> None:
    text = b'\xef\xbb\xbfarea,value\r\n"Line\nend",1.5\r\nNA,\r\n'
    assert rows_of(tmp_path, text) == [
        {"area": "Line\nend", "value": 1.5, "payload_pointer": "row 1"},
        {"area": "NA", "value": None, "payload_pointer": "row 2"},
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"area,value\n", "no row after the header"),
        (b"area,values\nUSA,1\n", r"columns missing: \['value'\], unexpected: \['values'\] \(declared: \['area'"),
        (b"area,value,unit\nUSA,1,2\n", r"columns unexpected: \['unit'\] \(declared: \['area', 'value'\]\)"),
        (b"area,area\nUSA,1\n", r"columns missing: \['value'\] \(declared: \['area', 'value'\]\)"),
        (b"area,value\nUSA\n", "the delimited text cannot be read:"),
        (b"area,value\nUSA,one\n", "value is 'one'; it must be double"),
        (b"area,value\nUSA,inf\n", "finite"),
        (b"area,value\nUSA,NaN\n", "finite"),
        (b"area,value\n,1\n", "area is None; it must not be empty"),
        ("area,value\nCuraçao,2\n".encode("cp1252"), "the delimited text cannot be read:"),
        (b'area,value\n"USA,1\n', "the delimited text cannot be read:"),
    ],
)
def test_text_that_is_not_the_table_is_refused(tmp_path: Path, text: bytes, words: str) -> None:
    with pytest.raises(PayloadError, match=words):
        rows_of(tmp_path, text)


def test_a_whole_number_fits_its_column_or_is_refused(tmp_path: Path) -> None:
    def read(year: object) -> object:
        schema = pa.schema([pa.field("year", pa.int32())])
        parsed = tabulate(stored(tmp_path, b""), "figures", schema, date(2026, 7, 1), [("row 1", {"year": year})])
        return next(iter(parsed.batches)).column("year").to_pylist()

    assert [read(year) for year in (2**31 - 1, -(2**31), None)] == [[2**31 - 1], [-(2**31)], [None]]
    for wrong in (2**31, -(2**31) - 1, 2026.0, True, "2026"):
        with pytest.raises(PayloadError, match="year is not int32"):
            read(wrong)


@pytest.mark.parametrize("value", [2**53, -(2**53) - 1, float("nan"), float("inf"), True, "1"])
def test_values_that_are_not_exact_numbers_are_refused(tmp_path: Path, value: object) -> None:
    payload = stored(tmp_path, b"")
    with pytest.raises(PayloadError, match="value is not double"):
        tabulate(payload, "figures", SCHEMA, date(2026, 7, 1), [("row 1", {"area": "USA", "value": value})])
    largest = tabulate(payload, "figures", SCHEMA, date(2026, 7, 1), [("row 1", {"area": "USA", "value": 2**53 - 1})])
    assert next(iter(largest.batches)).column("value").to_pylist() == [2**53 - 1]
