"""Archived versions of the World Development Indicators: which are requested, their vintage, and answers that are not what was asked."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import PayloadError
from orchestration.sources import world_bank
from tests.publisher_server import Asked, Reply, publisher_server
from tests.unit.sources.bulk import (
    ARCHIVE_URL,
    JSON,
    VERSIONS_URL,
    answering,
    archived_body,
    archived_row,
    parsed,
    resource_of,
    rows_of,
    stored,
    versions_body,
)
from tests.unit.sources.staged import raw_table, staged

RECEIPTS = resource_of(world_bank, "ip_receipts_archive")
TABLE = "archives__indicators"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def read(folder: Path, body: bytes) -> list[Parsed]:
    with answering({VERSIONS_URL: versions_body("202407"), ARCHIVE_URL: body}, JSON) as server:
        return parsed(world_bank, stored(world_bank, RECEIPTS, server, folder))[TABLE]


def refused(folder: Path, body: bytes) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        read(folder, body)
    assert refusal.value.publisher == "World Bank"
    return refusal.value


def test_both_royalty_series_have_an_archive() -> None:
    archived = {one.key: one.ask["code"] for one in world_bank.RESOURCES if "since" in one.ask}
    assert archived == {"ip_receipts_archive": "BX.GSR.ROYL.CD", "ip_payments_archive": "BM.GSR.ROYL.CD"}


def test_the_list_of_versions_comes_first_and_each_from_2018_on_is_asked_for(tmp_path: Path) -> None:
    def publisher(asked: Asked) -> Reply:
        if asked.url == VERSIONS_URL:
            return Reply(versions_body("202402", "198904", "201712", "201801"), headers=JSON)
        return Reply(archived_body([archived_row(asked.url.split("/version/")[1][:6])]), headers=JSON)

    with publisher_server(publisher) as server:
        payloads = stored(world_bank, RECEIPTS, server, tmp_path)
    assert server.asked[0].url == VERSIONS_URL
    assert [one.url.split("/version/")[1] for one in server.asked[1:]] == ["201801/time/all", "202402/time/all"]
    assert [payload.origin.stamp for payload in payloads] == ["201801", "202402"]
    results = parsed(world_bank, payloads)[TABLE]
    assert [result.vintage for result in results] == [date(2018, 1, 31), date(2024, 2, 29)], "the last day of the month"


def test_the_version_of_the_month_that_is_still_running_waits_for_its_end(tmp_path: Path) -> None:
    running = f"{datetime.now(UTC):%Y%m}"

    def publisher(asked: Asked) -> Reply:
        if asked.url == VERSIONS_URL:
            return Reply(versions_body("202407", running), headers=JSON)
        return Reply(archived_body([archived_row(asked.url.split("/version/")[1][:6])]), headers=JSON)

    with publisher_server(publisher) as server:
        payloads = stored(world_bank, RECEIPTS, server, tmp_path)
    assert [payload.origin.stamp for payload in payloads] == ["202407"]


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (versions_body(), "total is 0; it must be greater than 0"),
        (versions_body("201712"), "the archive lists 1 of 1 versions, 0 of them from 201801 on"),
        (versions_body("202407", "2024-07"), "id is '2024-07'; it must match"),
        (versions_body("202413"), "id is '202413'; it must match"),
        (versions_body("202407", "202407"), "the archive lists 1 of 2 versions"),
        (versions_body("202407", total=2), "the archive lists 1 of 2 versions"),
        (versions_body("202407").replace(b'"57"', b'"2"'), "id is '2'; it must be '57'"),
        (b'{"page": 1}', "keys missing"),
        (b"[]", r"the answer is \[\]; it must be an object"),
        (
            b'<?xml version="1.0"?><wb:error><wb:message id="175" key="Invalid format">gone</wb:message></wb:error>',
            "not JSON",
        ),
    ],
)
def test_a_list_of_versions_that_is_not_whole_is_refused(body: bytes, failure: str, tmp_path: Path) -> None:
    with answering({VERSIONS_URL: body}, JSON) as server, pytest.raises(PayloadError, match=failure):
        stored(world_bank, RECEIPTS, server, tmp_path)
    assert len(server.asked) == 1


def test_a_row_becomes_a_figure_of_its_version(tmp_path: Path) -> None:
    rows = [archived_row("202407"), archived_row("202407", "ROM", 2022, None), archived_row("202407", "WLD", 2022, 7)]
    staged_rows = staged(
        "stg_world_bank__archives__indicators", raw_table(world_bank.TABLES[TABLE], read(tmp_path, archived_body(rows)))
    )
    seen = [
        (row["area"], row["indicator"], row["item"], row["year"], row["value"], row["obs_status"])
        for row in staged_rows
    ]
    assert seen == [
        ("USA", "ip_receipts", "SH", 2023, 5.0, "A"),
        ("ROU", "ip_receipts", "SH", 2022, None, "O"),
        ("W00", "ip_receipts", "SH", 2022, 7.0, "A"),
    ]
    assert {row["vintage"] for row in staged_rows} == {date(2024, 7, 31)}


def changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(archived_body([archived_row("202407")])), **changes}).encode()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (
            archived_body([archived_row("202407", series="BM.GSR.ROYL.CD")]),
            "series 'BM.GSR.ROYL.CD' answered, not BX.GSR.ROYL.CD",
        ),
        (archived_body([archived_row("202407", answered="202406")]), "version '202406' was not requested, but 202407"),
        (archived_body([archived_row("202407", answered="202408")]), "version '202408' was not requested, but 202407"),
        (
            archived_body([archived_row("202407", title="royalties (constant 2015 US$)")]),
            "the title 'royalties (constant 2015 US$)' does not name the unit 'current",
        ),
        (archived_body([archived_row("202407", time="YR2023Q4")]), "time 'YR2023Q4' is no year (YR2024)"),
        (
            archived_body([archived_row("202407")] * 2),
            "Country_id, Time_id repeated: ('USA', 'YR2023'); they identify one row of a",
        ),
        (
            archived_body([archived_row("202407"), archived_row("202407", year=2022, name="China")]),
            "the area with code 'USA' has name 'China', not 'USA'; an area has one id, one ISO code and one name",
        ),
        (archived_body([archived_row("202407")], database="2"), "database '2' answered, not 57"),
        (archived_body([archived_row("202407")], total=2), "1 rows; page 1 of 2 rows in all must hold 2"),
        (
            archived_body([archived_row("202407")], page=2, total=1),
            "page 2 of 20000 rows answered, not page 1 of 20000",
        ),
        (archived_body([]), "; it must be"),
        (archived_body([{"value": 1}]), "keys missing: ['variable']"),
        (archived_body([{"variable": [{"concept": "Country", "id": "USA"}], "value": 1}]), "keys missing: ['value']"),
        (
            archived_body([{**archived_row("202407"), "variable": archived_row("202407")["variable"][:3]}]),
            "columns missing: ['Time_id', 'Time_value'] (declared: ['Country_id'",
        ),
        (changed(source=[]), "; it must be"),
        (changed(pages="two"), "pages is 'two'; it must be a valid integer"),
        (
            b'[{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}]',
            "the World Bank answered with a message: [{'id': '120', 'key': 'Invalid",
        ),
        (
            b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><wb:error><wb:message id="175" key="Invalid format">'
            b"The indicator was not found.</wb:message></wb:error>",
            "The indicator was not found.",
        ),
        (
            archived_body([archived_row("202407", "T\u00fcrkiye")]).replace(b"\\u00fc", b"\xfc"),
            'not UTF-8: invalid start byte at byte 194 of b\'{"page": 1, "pages": 1',
        ),
    ],
)
def test_an_answer_that_is_not_what_was_asked_is_refused(body: bytes, rule: str, tmp_path: Path) -> None:
    assert rule in refused(tmp_path, body).failure


def test_a_former_code_shares_the_name_of_the_present_one(tmp_path: Path) -> None:
    rows = [archived_row("202407", "ROM", name="Romania"), archived_row("202407", "ROU", name="Romania")]
    assert len(rows_of(read(tmp_path, archived_body(rows)))) == 2
