"""Archives and delimited text: what is whole comes through unchanged, what is hostile or damaged is refused by name."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

import pyarrow as pa
import pytest

from orchestration.contracts.payload import Answer, Payload
from orchestration.core.errors import FeedError, PayloadError
from orchestration.formats.archives import seven_zip_member, zip_member
from orchestration.formats.delimited import delimited, header_of, utf8_or
from orchestration.formats.html_links import links
from tests.archives import seven_zipped, zipped
from tests.unit.sources.fakes import make_origin, make_payload
from tests.unit.synthetic_source import CARD

Opener = Callable[..., AbstractContextManager[IO[bytes]]]
SCHEMA = pa.schema([pa.field("area", pa.string(), nullable=False), pa.field("value", pa.float64())])


def stored(tmp_path: Path, body: bytes) -> Payload:
    return make_payload(tmp_path, make_origin(CARD, "resource", body, file_name="synthetic"), body)


FORMATS = pytest.mark.parametrize(("packed", "member"), [(zipped, zip_member), (seven_zipped, seven_zip_member)])


@FORMATS
def test_a_member_comes_through(tmp_path: Path, packed: Callable[..., bytes], member: Opener) -> None:
    payload = stored(tmp_path, packed(("read me.txt", b"no"), ("folder/figures.csv", b"area,value\nUSA,1\n" * 999)))
    with member(payload, "*.csv", limit=100_000) as stream:
        assert stream.read() == b"area,value\nUSA,1\n" * 999


@FORMATS
def test_a_bomb_stops_at_the_limit(tmp_path: Path, packed: Callable[..., bytes], member: Opener) -> None:
    payload = stored(tmp_path, packed(("bomb.csv", bytes(5_000_000))))
    with pytest.raises(PayloadError, match="the limit is 1000"), member(payload, "*.csv", limit=1000) as stream:
        stream.read()


def test_a_bomb_that_lies_about_its_size_stops_at_the_limit(tmp_path: Path) -> None:
    body = zipped(("bomb.csv", bytes(5_000_000)))
    declared = struct.pack("<I", 5_000_000)
    assert declared in body
    payload = stored(tmp_path, body.replace(declared, struct.pack("<I", 10)))
    with pytest.raises(PayloadError), member_bytes(payload) as stream:
        stream.read()


def member_bytes(payload: Payload) -> AbstractContextManager[IO[bytes]]:
    return zip_member(payload, "*.csv", limit=1000)


@pytest.mark.parametrize(
    "name", ["../figures.csv", "/etc/figures.csv", "a/../../figures.csv", "..\\figures.csv", "C:\\figures.csv"]
)
def test_a_climbing_name_is_refused(tmp_path: Path, name: str) -> None:
    payload = stored(tmp_path, zipped((name, b"area\n")))
    with pytest.raises(PayloadError, match=r"figures\.csv' points outside of its archive"), member_bytes(payload):
        pass


@FORMATS
@pytest.mark.parametrize("members", [(), (("a.csv", b"1"), ("b.csv", b"2"))], ids=["none", "two"])
def test_none_or_several_members_are_refused(
    tmp_path: Path, packed: Callable[..., bytes], member: Opener, members: tuple[tuple[str, bytes], ...]
) -> None:
    payload = stored(tmp_path, packed(("read me.txt", b"no"), *members))
    with pytest.raises(PayloadError, match=r"members match \*\.csv, not one: \["), member(payload, "*.csv", limit=1000):
        pass


@FORMATS
def test_a_cut_or_damaged_archive_is_refused(tmp_path: Path, packed: Callable[..., bytes], member: Opener) -> None:
    whole = packed(("figures.csv", bytes(range(256)) * 40))
    for damaged in (whole[: len(whole) // 2], b"", b"<html>", whole[:60] + b"\xff" * 40 + whole[100:]):
        payload = stored(tmp_path, damaged)
        with pytest.raises(PayloadError), member(payload, "*.csv", limit=1_000_000) as stream:
            stream.read()


def test_a_member_without_a_name_is_refused(tmp_path: Path) -> None:
    payload = stored(tmp_path, zipped(("figures.csv", b"area\n")).replace(b"figures.csv", b"\0igures.csv"))
    with pytest.raises(PayloadError), member_bytes(payload):
        pass


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    body = bytearray(zipped(("figures.csv", b"area\n")))
    body[body.index(b"PK\x01\x02") + 8] |= 0x1
    payload = stored(tmp_path, bytes(body))
    with pytest.raises(PayloadError, match="the archive is encrypted"), member_bytes(payload):
        pass


def test_a_member_that_begins_before_the_file_is_refused(tmp_path: Path) -> None:
    body = bytearray(zipped(("figures.csv", b"area\n")))
    at = body.index(b"PK\x05\x06") + 16  # where the directory begins, reply too far behind
    body[at : at + 4] = struct.pack("<I", struct.unpack("<I", body[at : at + 4])[0] + 100)
    payload = stored(tmp_path, bytes(body))
    with (
        pytest.raises(PayloadError, match="the zip archive is damaged: its directory points outside of it"),
        member_bytes(payload),
    ):
        pass


def test_an_error_of_the_disk_is_not_blamed_on_the_archive(tmp_path: Path) -> None:
    payload = stored(tmp_path, zipped(("figures.csv", b"area\n")))
    with pytest.raises(OSError, match="disk is full"), member_bytes(payload):
        raise OSError(28, "the disk is full")


def rows_of(tmp_path: Path, text: bytes, **options: object) -> list[dict[str, object]]:
    payload = stored(tmp_path, text)
    parsed = delimited(payload, "figures", SCHEMA, date(2026, 1, 1), partial(io.BytesIO, text), **options)  # type: ignore[arg-type]
    return [row for batch in parsed.batches for row in batch.to_pylist()]


def test_rows_keep_text_numbers_empties_and_their_place(tmp_path: Path) -> None:
    text = b'\xef\xbb\xbfarea,value\r\n"Line\nend",1.5\r\nNA,\r\n'
    assert rows_of(tmp_path, text) == [
        {"area": "Line\nend", "value": 1.5, "payload_pointer": "row 1"},
        {"area": "NA", "value": None, "payload_pointer": "row 2"},
    ]


def test_another_encoding_and_delimiter(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "area\tvalue\nCuraçao\t2\n".encode("cp1252"), delimiter="\t", encoding="cp1252")
    assert rows[0]["area"] == "Curaçao"


def test_rows_can_be_chosen_and_keep_their_place(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        b"area,value\nUSA,1\nCHN,2\n",
        keep=lambda batch: pa.array(v == "CHN" for v in batch["area"].to_pylist()),
    )
    assert rows == [{"area": "CHN", "value": 2.0, "payload_pointer": "row 2"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"area,value\n", "no row behind the header"),
        (b"", "the delimited text cannot be read:"),
        (b"area,values\nUSA,1\n", r"columns missing: \['value'\], unexpected: \['values'\] \(declared: \['area'"),
        (b"area,value,more\nUSA,1,2\n", r"columns unexpected: \['more'\] \(declared: \['area', 'value'\]\)"),
        (b"area,area\nUSA,1\n", r"columns missing: \['value'\] \(declared: \['area', 'value'\]\)"),
        (b"area,value\nUSA\n", "the delimited text cannot be read:"),
        (b"area,value\nUSA,one\n", "value is 'one'; it must be double"),
        (b"area,value\nUSA,inf\n", "finite"),
        (b"area,value\nUSA,NaN\n", "finite"),
        (b"area,value\n,1\n", "area is empty"),
        ("area,value\nCuraçao,2\n".encode("cp1252"), "the delimited text cannot be read:"),
        (b'area,value\n"USA,1\n', "the delimited text cannot be read:"),
    ],
)
def test_text_that_is_not_the_table_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    with pytest.raises(PayloadError, match=said):
        rows_of(tmp_path, text)


def test_unquoted_text_keeps_a_quotation_mark_as_a_letter(tmp_path: Path) -> None:
    text = b'area\tvalue\n5" disk\t1\n"open\t2\n'
    assert [row["area"] for row in rows_of(tmp_path, text, delimiter="\t", quoted=False)] == ['5" disk', '"open']
    with pytest.raises(PayloadError):
        rows_of(tmp_path, text, delimiter="\t")


def test_a_column_of_the_publisher_gets_the_name_of_the_schema(tmp_path: Path) -> None:
    text = b"Area name,Unused,US$\nUSA,x,1\n"
    names = {"Area name": "area", "US$": "value"}
    rows = rows_of(tmp_path, text, header=["Area name", "Unused", "US$"], names=names)
    assert rows == [{"area": "USA", "value": 1.0, "payload_pointer": "row 1"}]


def test_the_header_of_a_file_is_read_alone(tmp_path: Path) -> None:
    payload = stored(tmp_path, b"")
    assert header_of(payload, partial(io.BytesIO, b'\xef\xbb\xbfarea,"US$, million"\r\nUSA,1\n')) == [
        "area",
        "US$, million",
    ]
    assert header_of(payload, partial(io.BytesIO, b"area\tvalue\n"), delimiter="\t") == ["area", "value"]


@pytest.mark.parametrize("text", [b"", b"\xff\xfea\x00", "größe\n".encode("cp1252")])
def test_a_first_line_that_is_no_header_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(PayloadError, match="no column names in UTF-8 in the first line: b'"):
        header_of(stored(tmp_path, text), partial(io.BytesIO, text))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Türkiye".encode(), "utf8"),
        ("Türkiye".encode("cp1252"), "cp1252"),
        (b"plain", "utf8"),
        ("ü".encode()[:1], "cp1252"),
    ],
)
def test_the_encoding_is_utf_8_where_every_byte_is(text: bytes, encoding: str) -> None:
    assert utf8_or(partial(io.BytesIO, text), "cp1252") == encoding


def page(body: bytes) -> Answer:
    return Answer(
        make_origin(CARD, "resource", body, url="https://www.office.example/data/list"), partial(io.BytesIO, body)
    )


def test_links_are_absolute_each_once_and_on_the_publishers_host() -> None:
    body = b"""<p>caf\xe9 <A HREF='/files/b.zip'>b</A> <a class="x" href="a.zip#top"> <a href="/files/b.zip">again</a>
        <a href="https://files.office.example/c.zip?v=1&amp;w=2">c</a> <a href="https://office.example.evil.org/d.zip">
        <a href="http://office.example/e.zip"> <a href="https://notoffice.example/f.zip"> <a href="javascript:void(0)">
        <a href="https://[broken/g.zip"> <a name="anchor"> <a href>"""
    assert links(page(body), host="office.example") == [
        "https://www.office.example/files/b.zip",
        "https://www.office.example/data/a.zip",
        "https://files.office.example/c.zip?v=1&w=2",
    ]


def test_a_page_without_any_link_is_refused_by_its_address() -> None:
    with pytest.raises(FeedError, match=r"no links on the page: .*moved") as refusal:
        links(page(b'{"error": "moved"}'), host="office.example")
    assert "https://www.office.example/data/list" in str(refusal.value.payload)
