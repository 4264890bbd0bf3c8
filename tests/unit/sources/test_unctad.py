"""The UNCTAD module: the bundle's good path, paging by skip, and answers that are not what was requested."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Resource
from orchestration.core.errors import PayloadError
from orchestration.sources import unctad
from tests.unit.sources.fakes import FakeFeed, asked, editions_of, land, make_origin, make_payload

EXPORTS, IMPORTS, *_ = unctad.RESOURCES
URL = "https://data360api.worldbank.org/data360/data"
PARAMETERS = {"DATABASE_ID": "UNCTAD_DE", "INDICATOR": "UNCTAD_DE_DIG_SERVTRADE_ANN_EXP", "skip": "0"}


def row(area: str = "USA", year: str = "2023", value: Any = "1.0", **changes: Any) -> dict[str, Any]:
    """One made-up row in the layout of the API."""
    return {
        "OBS_VALUE": value,
        "TIME_FORMAT": "602",
        "UNIT_MULT": 6,
        "COMMENT_OBS": None,
        "OBS_STATUS": "A",
        "OBS_CONF": "PU",
        "AGG_METHOD": "SUM",
        "DECIMALS": None,
        "COMMENT_TS": None,
        "DATA_SOURCE": None,
        "LATEST_DATA": False,
        "DATABASE_ID": "UNCTAD_DE",
        "INDICATOR": "UNCTAD_DE_DIG_SERVTRADE_ANN_EXP",
        "REF_AREA": area,
        "SEX": "_T",
        "AGE": "_T",
        "URBANISATION": "_T",
        "COMP_BREAKDOWN_1": "_Z",
        "COMP_BREAKDOWN_2": "_Z",
        "COMP_BREAKDOWN_3": "_Z",
        "TIME_PERIOD": year,
        "FREQ": "A",
        "UNIT_MEASURE": "USD",
        "UNIT_TYPE": "CUR",
        **changes,
    }


def body(rows: list[Any], count: Any = None) -> bytes:
    return json.dumps({"count": len(rows) if count is None else count, "value": rows}).encode()


def parsed(folder: Path, content: bytes, skip: str = "0", **origin_changes: Any) -> Parsed:
    origin = make_origin(
        unctad.CARD, EXPORTS.key, content, url=URL, parameters={**PARAMETERS, "skip": skip}, **origin_changes
    )
    (only,) = unctad.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [item for batch in result.batches for item in batch.to_pylist()]


def refused(folder: Path, content: bytes, skip: str = "0") -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        parsed(folder, content, skip)
    assert refusal.value.publisher == "UN Trade and Development (UNCTAD)"
    return refusal.value


@pytest.mark.parametrize(
    ("resource", "world_2010"),
    [(EXPORTS, "1835732.0"), (IMPORTS, "1677528.0")],
    ids=lambda item: getattr(item, "key", ""),
)
def test_the_bundle_is_whole(resource: Resource, world_2010: str, tmp_path: Path) -> None:
    (edition,) = editions_of("unctad")
    (payload,) = land(tmp_path, unctad.fetch(resource, edition))
    (result,) = unctad.parse(payload)
    assert (result.table, result.vintage, result.rejects) == ("indicators", date(2025, 12, 18), ())
    rows = rows_of(result)
    assert set(Counter(item["REF_AREA"] for item in rows).values()) == {14}, "every area has a row for 2010 to 2023"
    assert {item["UNIT_MULT"] for item in rows} == {6}
    (world,) = [item for item in rows if (item["REF_AREA"], item["TIME_PERIOD"]) == ("WLD", "2010")]
    assert world["OBS_VALUE"] == world_2010, "the figure is as the publisher wrote it, in millions"
    missing = {item["OBS_STATUS"] for item in rows if item["OBS_VALUE"] is None}
    assert missing == {"O"}, "a missing figure keeps its row and its mark"


def test_rows_are_asked_for_a_thousand_at_a_time(tmp_path: Path) -> None:
    pages = [
        [row(area=f"area {number}") for number in range(start, min(start + 1000, 2001))] for start in (0, 1000, 2000)
    ]
    feed = FakeFeed(
        {asked(URL, **{**PARAMETERS, "skip": str(index * 1000)}): body(rows, 2001) for index, rows in enumerate(pages)}
    )
    payloads = land(tmp_path, unctad.fetch(EXPORTS, feed))
    assert [params["skip"] for _, params in feed.requests] == ["0", "1000", "2000"]
    assert [len(rows_of(result)) for payload in payloads for result in unctad.parse(payload)] == [1000, 1000, 1]


@pytest.mark.parametrize(
    "content",
    [
        b"<html>busy</html>",
        b'{"error_code": 500}',
        b"[]",
        b'{"count": null, "value": []}',
        b'{"count": "many", "value": []}',
        b'{"count": 1000001, "value": []}',
    ],
)
def test_a_first_answer_without_a_count_is_stored_alone_and_is_refused(content: bytes, tmp_path: Path) -> None:
    feed = FakeFeed({asked(URL, **PARAMETERS): content})
    (payload,) = land(tmp_path, unctad.fetch(EXPORTS, feed))
    assert len(feed.requests) == 1
    with pytest.raises(PayloadError):
        list(unctad.parse(payload))


def test_an_error_answer_is_quoted(tmp_path: Path) -> None:
    assert "error_code" in refused(tmp_path, b'{"error_code": "invalid indicator"}').failure


@pytest.mark.parametrize(
    ("count", "skip", "rule"),
    [
        (3, "0", "2 rows; after 0 of 3 rows there must be 3"),
        (1, "0", "2 rows; after 0 of 1 rows there must be 1"),
        (2001, "2000", "2 rows; after 2000 of 2001 rows there must be 1"),
        (1500, "0", "2 rows; after 0 of 1500 rows there must be 1000"),
        ("2", "0", "count is '2'; it must be a valid integer"),
        (True, "0", "count is True; it must be a valid integer"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(count: Any, skip: str, rule: str, tmp_path: Path) -> None:
    assert rule in refused(tmp_path, body([row(), row(year="2022")], count), skip).failure


@pytest.mark.parametrize(
    ("column", "seen"),
    [
        ("INDICATOR", "UNCTAD_DE_DIG_SERVTRADE_ANN_IMP"),
        ("DATABASE_ID", "WB_WDI"),
        ("FREQ", "Q"),
        ("UNIT_MEASURE", "PT_BS"),
        ("COMP_BREAKDOWN_1", "ICT"),
        ("SEX", "F"),
    ],
)
def test_a_row_that_was_not_asked_for_is_refused(column: str, seen: str, tmp_path: Path) -> None:
    error = refused(tmp_path, body([row(), row(year="2022", **{column: seen})]))
    assert error.failure.startswith(f"{column} is ")
    assert f"{column} is {seen!r}" in error.failure
    assert error.row in ("/value/1", f"/value/1/{column}")


def test_an_area_and_year_given_twice_are_refused(tmp_path: Path) -> None:
    assert (
        "REF_AREA, TIME_PERIOD repeated: ('USA', '2023'); they identify one row of a"
        in refused(tmp_path, body([row(), row(value="2.0")])).failure
    )


def test_a_changed_column_is_refused_by_name(tmp_path: Path) -> None:
    renamed = row()
    renamed["VALUE"] = renamed.pop("OBS_VALUE")
    rule = refused(tmp_path, body([renamed])).failure
    assert "keys missing: ['OBS_VALUE'], unexpected: ['VALUE']" in rule


@pytest.mark.parametrize("bad", ["n.a.", "1,234", "nan", "inf", 12.5, " 1"])
def test_a_figure_that_is_no_number_as_text_becomes_a_reject(bad: Any, tmp_path: Path) -> None:
    result = parsed(tmp_path, body([row(), row(year="2022", value=bad)]))
    assert [item["TIME_PERIOD"] for item in rows_of(result)] == ["2023"]
    (reject,) = result.rejects
    assert reject.pointer == "/value/1"
    assert "OBS_VALUE" in reject.reason


def test_a_missing_figure_keeps_its_row(tmp_path: Path) -> None:
    (only,) = rows_of(parsed(tmp_path, body([row(value=None, OBS_STATUS="O")])))
    assert (only["OBS_VALUE"], only["OBS_STATUS"], only["payload_pointer"]) == (None, "O", "/value/0")


def test_the_vintage_is_the_publishers_stamp_or_else_the_day_of_the_fetch(tmp_path: Path) -> None:
    fetched = datetime(2026, 8, 9, 10, tzinfo=UTC)
    assert parsed(tmp_path, body([row()]), fetched_at=fetched).vintage == date(2026, 8, 9)
    stamped = parsed(tmp_path, body([row()]), fetched_at=fetched, publisher_last_updated=date(2025, 12, 18))
    assert stamped.vintage == date(2025, 12, 18)
