"""The WTO module: the bundle's good path, count and paging, and answers that are not what was asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import PayloadError
from orchestration.sources import wto
from tests.unit.sources.fakes import FakeFeed, Request, asked, editions_of, land, make_origin, make_payload
from tests.unit.sources.staged import raw_table, staged

EXPORTS = wto.RESOURCES[0]
FILTER = {"i": "ITS_CS_AX6", "r": "840", "p": "156", "ps": "all", "pc": "all"}
PAGE = {**FILTER, "fmt": "json", "mode": "full", "dec": "default", "max": "500", "head": "H", "lang": "1"}
COUNT_URL = "https://api.wto.org/timeseries/v1/data_count"
DATA_URL = "https://api.wto.org/timeseries/v1/data"


def row(year: int = 2016, value: object = 7960.0, **changes: Any) -> dict[str, Any]:
    """One made-up row in the layout of mode=full."""
    return {
        "IndicatorCategoryCode": "",
        "IndicatorCategory": "Trade in Commercial Services",
        "IndicatorCode": "ITS_CS_AX6",
        "Indicator": "Commercial services exports by sector and partner – annual",
        "ReportingEconomyCode": "840",
        "ReportingEconomy": "United States of America",
        "PartnerEconomyCode": "156",
        "PartnerEconomy": "China",
        "ProductOrSectorClassificationCode": "BOP6",
        "ProductOrSectorClassification": "EBOPS 2010",
        "ProductOrSectorCode": "SH",
        "ProductOrSector": "Charges for the use of intellectual property n.i.e.",
        "PeriodCode": "A",
        "Period": "Annual",
        "FrequencyCode": "A",
        "Frequency": "Annual",
        "UnitCode": "USM",
        "Unit": "Million US dollar",
        "Year": year,
        "ValueFlagCode": "",
        "ValueFlag": "",
        "TextValue": "",
        "Value": value,
        **changes,
    }


def body(*rows: Any) -> bytes:
    return json.dumps({"Dataset": list(rows)}).encode()


def parsed(folder: Path, content: bytes) -> Parsed:
    origin = make_origin(wto.CARD, EXPORTS.key, content, url=DATA_URL, parameters={**PAGE, "off": "0"})
    (only,) = wto.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [item for batch in result.batches for item in batch.to_pylist()]


def answers(count: bytes, *pages: bytes) -> dict[Request, bytes]:
    numbered = {asked(DATA_URL, **PAGE, off=str(500 * number)): page for number, page in enumerate(pages)}
    return {asked(COUNT_URL, **FILTER): count, **numbered}


def fetched(feed: FakeFeed) -> list[bytes]:
    return [answer.read() for answer in wto.fetch(EXPORTS, feed)]


def bundle(folder: Path) -> list[Parsed]:
    (edition,) = editions_of("wto")
    held = [resource for resource in wto.RESOURCES if resource.key in edition.resources()]
    payloads = [payload for resource in held for payload in land(folder, wto.fetch(resource, edition))]
    return [result for payload in payloads for result in wto.parse(payload)]


def test_the_bundle_holds_both_directions_of_one_pair(tmp_path: Path) -> None:
    results = bundle(tmp_path)
    assert {(result.table, str(result.vintage), result.rejects) for result in results} == {
        ("bilateral_services", "2018-12-12", ())
    }
    assert [len(rows_of(result)) for result in results] == [423, 391]


def test_the_bundle_reads_as_dollars_by_ebops_item(tmp_path: Path) -> None:
    rows = staged(
        "stg_wto__bilateral_services", raw_table(wto.TABLES["bilateral_services"], bundle(tmp_path), EXPORTS.key)
    )
    found = {(row["reporter"], row["partner"], row["flow"], row["item"], row["year"]): row["value"] for row in rows}
    assert len(found) == len(rows) == 814
    assert len({row["item"] for row in rows}) == 38
    assert found["USA", "CHN", "X", "SH", 2016] == 7_960_000_000
    assert found["USA", "CHN", "M", "SH", 2016] == 545_000_000
    assert found["USA", "CHN", "X", "S", 2005] == 8_698_000_000
    assert ("USA", "CHN", "M", "SH4", 2016) not in found  # no figure at the publisher: no row, and no zero
    assert {row["unit"] for row in rows} == {"USD"}


def test_every_page_is_asked_for_until_the_count_is_reached() -> None:
    first, second = body(*(row(year) for year in range(1400, 1900))), body(row(2016))
    feed = FakeFeed(answers(b"501", first, second))
    assert fetched(feed) == [first, second]
    assert [params.get("off") for _, params in feed.requests] == [None, "0", "500"]
    assert feed.secrets == [{"Ocp-Apim-Subscription-Key": "WTO_API_KEY"}] * 3


@pytest.mark.parametrize(("count", "rows"), [(b"3", 2), (b"2", 3), (b"501", 499)])
def test_a_page_that_does_not_match_the_count_is_refused(count: bytes, rows: int) -> None:
    feed = FakeFeed(answers(count, body(*(row(1500 + number) for number in range(rows)))))
    with pytest.raises(PayloadError, match=f"^{rows} rows at offset 0; pages together") as refusal:
        fetched(feed)
    assert refusal.value.publisher == "World Trade Organization"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Service unavailable</body></html>",
        b'{"statusCode": 401, "message": "Access denied due to invalid subscription key."}',
        b'{"errors": ["No indicator found"]}',
        b'{"Dataset": {"Value": 1}}',
        b"[]",
    ],
)
def test_an_error_answer_is_refused_at_fetch_and_at_parse(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(PayloadError, match=r"^(the answer is .* must be an object|keys missing|Dataset is|not JSON)"):
        parsed(tmp_path, content)
    with pytest.raises(PayloadError, match=r"^(the answer is .* must be an object|keys missing|Dataset is|not JSON)"):
        fetched(FakeFeed(answers(b"1", content)))


def test_columns_that_are_missing_or_new_are_named(tmp_path: Path) -> None:
    short = row()
    del short["UnitCode"]
    with pytest.raises(PayloadError, match=r"keys missing: \['UnitCode'\], unexpected: \['Scale'\]") as refusal:
        parsed(tmp_path, body(row(), {**short, "Scale": "6"}))
    assert refusal.value.row == "/Dataset/1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IndicatorCode", "ITS_CS_AM6"),
        ("ReportingEconomyCode", "156"),
        ("PartnerEconomyCode", "000"),
        ("ProductOrSectorClassificationCode", "BOP5"),
        ("FrequencyCode", "Q"),
        ("PeriodCode", "Q1"),
        ("UnitCode", "PCT"),
        ("Unit", "Percent"),
    ],
)
def test_rows_that_were_not_asked_for_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(PayloadError, match=f"^{name} is {value!r}(; it must be|, not) "):
        parsed(tmp_path, body({**row(), name: value}))


@pytest.mark.parametrize(
    "changes", [{"value": "7,960"}, {"value": True}, {"year": "2016"}, {"Unit": "Million US dollar", "Indicator": None}]
)
def test_a_row_that_cannot_be_read_is_put_aside(tmp_path: Path, changes: dict[str, Any]) -> None:
    result = parsed(tmp_path, body(row(2015), row(**changes)))
    assert [reject.pointer for reject in result.rejects] == ["/Dataset/1"]
    assert [item["Year"] for item in rows_of(result)] == [2015]


def test_a_sector_that_nobody_mapped_stays_without_an_item(tmp_path: Path) -> None:
    result = parsed(tmp_path, body(row(ProductOrSectorCode="SQ"), row(ProductOrSectorCode="SI221")))
    rows = staged("stg_wto__bilateral_services", raw_table(wto.TABLES["bilateral_services"], [result]))
    assert [item["item"] for item in rows] == [None]  # SI221 is left out on purpose
