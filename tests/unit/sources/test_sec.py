"""The SEC module: which files are requested, what is kept of them, and files that are not what they must be."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import FeedError, PayloadError
from orchestration.sources import sec
from tests.archives import zipped
from tests.publisher_server import Reply
from tests.unit.on_duckdb import PROJECT
from tests.unit.sources.bulk import (
    CHINA,
    CHINA_LICENCES,
    DIM_ROWS,
    REST,
    SEC_FOLDER,
    SEC_PAGE,
    SEC_URL,
    answering,
    parsed,
    rows_of,
    sec_members,
    sec_page,
    stored,
)
from tests.unit.sources.staged import raw_table, staged

(RESOURCE,) = sec.RESOURCES
CONTACT = "A Tester tester@example.org"
HOST = "https://www.sec.gov"


@pytest.fixture(autouse=True)
def contact_and_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_CONTACT", CONTACT)
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def read(folder: Path, members: dict[str, bytes]) -> dict[str, list[Parsed]]:
    answers = {SEC_PAGE: sec_page(f"{SEC_FOLDER}/2024_11_notes.zip"), SEC_URL: zipped(members)}
    with answering(answers) as server:
        return parsed(sec, stored(sec, RESOURCE, server, folder))


def refused(folder: Path, members: dict[str, bytes]) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        read(folder, members)
    assert refusal.value.publisher == "US Securities and Exchange Commission"
    return refusal.value


def test_files_are_those_of_the_page_from_2018_on_oldest_first(tmp_path: Path) -> None:
    names = ["2024_11_notes.zip", "2009q1_notes.zip", "2017q4_notes.zip", "2018q1_notes.zip", "2020q3_notes.zip"]
    wanted = ["2018q1_notes.zip", "2020q3_notes.zip", "2024_11_notes.zip"]
    page = sec_page(*(f"{SEC_FOLDER}/{name}" for name in names), "/files/aqfsn_1.pdf", "/files/other-data.zip", "#top")
    answers: dict[str, bytes | Reply | list[Reply]] = {SEC_PAGE: page}
    answers |= {f"{HOST}{SEC_FOLDER}/{name}": zipped(sec_members()) for name in wanted}
    with answering(answers) as server:
        payloads = stored(sec, RESOURCE, server, tmp_path)
    assert [payload.origin.file_name for payload in payloads] == wanted
    assert [payload.origin.stamp for payload in payloads] == ["2018-03-31", "2020-09-30", "2024-11-30"]
    assert {asked.headers["from"] for asked in server.asked} == {CONTACT}
    assert all(CONTACT in asked.headers["user-agent"] for asked in server.asked)
    assert all(CONTACT not in repr(payload.origin) for payload in payloads)


def test_a_link_to_another_host_is_not_followed(tmp_path: Path) -> None:
    page = sec_page(
        f"{SEC_FOLDER}/2024_11_notes.zip",
        "https://example.org/2024_12_notes.zip",
        "https://notsec.gov/2024_12_notes.zip",
    )
    with answering({SEC_PAGE: page, SEC_URL: zipped(sec_members())}) as server:
        assert len(stored(sec, RESOURCE, server, tmp_path)) == 1
    assert [asked.url for asked in server.asked] == [SEC_PAGE, SEC_URL]


def test_without_a_contact_address_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILATERAL_CONTACT")
    with answering({SEC_PAGE: sec_page()}) as server, pytest.raises(FeedError, match="BILATERAL_CONTACT") as refusal:
        stored(sec, RESOURCE, server, tmp_path)
    assert server.asked == []
    assert "e-mail address" in str(refusal.value.remedy)


@pytest.mark.parametrize("links", [(), (f"{SEC_FOLDER}/notes-2025-01.zip",), (f"{SEC_FOLDER}/2012q1_notes.zip",)])
def test_a_page_without_files_or_with_renamed_ones_is_refused(links: tuple[str, ...], tmp_path: Path) -> None:
    page = sec_page("/files/aqfsn_1.pdf", *links)
    with answering({SEC_PAGE: page}) as server, pytest.raises(FeedError, match="named after a quarter or a month"):
        stored(sec, RESOURCE, server, tmp_path)


def test_revenue_by_area_and_in_all_is_kept_and_nothing_else(tmp_path: Path) -> None:
    numbers = [
        {"value": "1.0"},
        {"dimh": REST, "value": "2.0", "footnote": 'with a " quotation mark and no other'},
        {"dimh": "0x00000000", "value": "3.0"},
        {"dimh": CHINA_LICENCES, "value": "4.0"},
        {"tag": "Assets", "value": "5.0"},
        {"tag": "Assets", "dimh": "0xnobody", "value": "6.0"},
        {"version": "0000804328-24-000075", "value": "7.0"},
        {"tag": "RevenueFromContractWithCustomerExcludingAssessedTax", "value": ""},
    ]
    tables = read(tmp_path, sec_members(numbers))
    kept = rows_of(tables["numbers"])
    assert [(row["dimh"], row["value"]) for row in kept] == [
        (CHINA, 1.0),
        (REST, 2.0),
        ("0x00000000", 3.0),
        (CHINA, None),
    ]
    assert [row["payload_pointer"] for row in kept] == ["row 1", "row 2", "row 3", "row 8"]
    assert [row["dimhash"] for row in rows_of(tables["dimensions"])] == [CHINA, REST]
    assert [row["cik"] for row in rows_of(tables["submissions"])] == [804328]
    assert {result.vintage for results in tables.values() for result in results} == {date(2024, 11, 30)}


def test_a_file_without_revenue_by_area_gives_empty_tables(tmp_path: Path) -> None:
    tables = read(tmp_path, sec_members([{"tag": "Assets", "dimh": "0x00000000"}], DIM_ROWS[:1]))
    assert rows_of(tables["numbers"]) == rows_of(tables["dimensions"]) == []


def test_a_hash_that_no_dimension_explains_is_refused(tmp_path: Path) -> None:
    refusal = refused(tmp_path, sec_members([{}, {"dimh": "0xnobody"}, {"dimh": "0xnor"}]))
    assert "0xnobody" in refusal.failure, "the first of them"
    assert refusal.row == "row 2"


def renamed(members: dict[str, bytes], name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in members[name]
    return {**members, name: members[name].replace(old, new, 1)}


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        ("num.tsv", b"dimh", b"dimhash", "num.tsv: columns missing: ['dimh'], unexpected: ['dimhash'"),
        (
            "num.tsv",
            b"\tdcml\n",
            b"\tdcml\tscale\n",
            "num.tsv: columns unexpected: ['scale'] (declared: ['adsh', 'tag', 'version'",
        ),
        (
            "dim.tsv",
            b"segments",
            b"segment",
            "dim.tsv: columns missing: ['segments'], unexpected: ['segment'] (declared:",
        ),
        ("sub.tsv", b"filed", b"filing_date", "sub.tsv: columns missing: ['filed'], unexpected: "),
        (
            "num.tsv",
            b"\tdcml\n",
            b"\tvalue\n",
            "num.tsv: columns repeated or in another order (declared: ['adsh', 'tag'",
        ),
    ],
)
def test_changed_columns_are_refused(name: str, old: bytes, new: bytes, rule: str, tmp_path: Path) -> None:
    assert rule in refused(tmp_path, renamed(sec_members(), name, old, new)).failure


def test_columns_in_another_order_and_an_added_one_are_read_by_name(tmp_path: Path) -> None:
    def turned(table: bytes) -> bytes:
        return b"".join(b"\t".join([b"more", *reversed(line.split(b"\t"))]) + b"\n" for line in table.splitlines())

    members = {name: turned(table) if name.endswith(".tsv") else table for name, table in sec_members().items()}
    before, after = (
        {name: rows_of(found) for name, found in read(tmp_path, one).items()} for one in (sec_members(), members)
    )
    assert after == before


def dimension_rows(*segments: str) -> list[dict[str, Any]]:
    rows = [
        {"dimhash": f"0x{number}", "segments": one, "segt": "0", "payload_pointer": f"row {number}"}
        for number, one in enumerate(segments)
    ]
    schema = sec.TABLES["dimensions"].append(pa.field("payload_pointer", pa.string(), nullable=False))
    batch = pa.RecordBatch.from_pylist(rows, schema=schema)
    return staged(
        "stg_sec__dimensions", raw_table(sec.TABLES["dimensions"], [Parsed("dimensions", date(2024, 11, 30), (batch,))])
    )


@pytest.mark.parametrize(
    ("segments", "area", "kind"),
    [
        ("Geographical=CN;", "CHN", "area"),
        ("Geographical=US", "USA", "area"),
        ("Geographical=Europe;", "SEC_EUROPE", "area"),
        ("Geographical=China;", None, "company_defined"),
        ("Geographical=ChinaIncludingHongKong;", None, "company_defined"),
        ("Geographical=NA;", None, "company_defined"),
        ("Geographical=SA;", None, "company_defined"),
        ("Geographical=UK;", None, "company_defined"),
        ("Geographical=TX;", None, "unknown_code"),
        ("Geographical=cn;", None, "company_defined"),
    ],
)
def test_a_member_is_a_country_only_where_its_code_says_so(segments: str, area: str | None, kind: str) -> None:
    (row,) = dimension_rows(segments)
    assert (row["area"], row["member_kind"]) == (area, kind)


def test_dates_and_keys_come_through_staging(tmp_path: Path) -> None:
    tables = read(tmp_path, sec_members([{"value": "-5.5"}]))
    (number,) = staged("stg_sec__numbers", raw_table(sec.TABLES["numbers"], tables["numbers"]))
    assert (number["period_end"], number["quarters"], number["value"]) == (date(2024, 9, 30), 4, -5.5)
    (filing,) = staged("stg_sec__submissions", raw_table(sec.TABLES["submissions"], tables["submissions"]))
    assert (filing["filed_on"], filing["report_period_end"], filing["fiscal_year"]) == (
        date(2024, 11, 6),
        date(2024, 9, 30),
        2024,
    )


def test_the_reader_and_the_order_of_preference_know_the_same_concepts() -> None:
    with (PROJECT / "seeds" / "revenue_concepts__sec.csv").open(encoding="utf-8") as file:
        ranked = {row["concept"] for row in csv.DictReader(file)}
    assert ranked == set(sec._CONCEPTS)


def test_who_asked_too_often_is_left_alone_for_ten_minutes(tmp_path: Path) -> None:
    answers = {
        SEC_PAGE: sec_page(f"{SEC_FOLDER}/2024_11_notes.zip"),
        SEC_URL: Reply(b"Request Rate Threshold Exceeded", 403),
    }
    with answering(answers) as server:
        feed = server.live_feed(tmp_path)
        with pytest.raises(FeedError, match="403"):
            list(sec.fetch(RESOURCE, feed))
        with pytest.raises(FeedError):
            list(sec.fetch(RESOURCE, feed))
    assert [asked.url for asked in server.asked] == [SEC_PAGE, SEC_URL], "the second time nobody was asked"
    assert sec.CARD.pace.seconds_between >= 0.1, "at most ten requests a second"
