"""The WTO's bulk files: services by sector and partner, and digitally delivered services."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import FeedError, PayloadError
from orchestration.sources import wto
from tests.archives import zipped
from tests.unit.sources.bulk import (
    ANNUAL_URL,
    WTO_ROW,
    answering,
    delivered_rows,
    parsed,
    resource_of,
    rows_of,
    stored,
    wto_file,
    wto_rows,
)
from tests.unit.sources.staged import raw_table, staged

ANNUAL, DELIVERED = resource_of(wto, "services_annual"), resource_of(wto, "digitally_delivered")
ANNUAL_TABLE, DELIVERED_TABLE = "annual__bilateral_services", "delivered__indicators"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def annual(folder: Path, body: bytes) -> list[Parsed]:
    with answering({ANNUAL_URL: body}) as server:
        return parsed(wto, stored(wto, ANNUAL, server, folder))[ANNUAL_TABLE]


def annual_refused(folder: Path, body: bytes) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        annual(folder, body)
    assert refusal.value.publisher == "World Trade Organization"
    return refusal.value


def staged_annual(folder: Path, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    return staged(
        "stg_wto__annual__bilateral_services",
        raw_table(wto.TABLES[ANNUAL_TABLE], annual(folder, wto_file(wto_rows(*changes)))),
    )


def test_a_row_becomes_dollars_of_a_flow_and_the_date_of_the_file_its_vintage(tmp_path: Path) -> None:
    rows = staged_annual(
        tmp_path, {}, {"IndicatorCode": "ITS_CS_AM6", "ValueFlagCode": "E"}, {"ProductCode": "SC", "Value": ""}
    )
    seen = [
        (row["reporter"], row["partner"], row["flow"], row["item"], row["value"], row["obs_status"]) for row in rows
    ]
    assert seen == [
        ("JPN", "CHN", "X", "SH", 1_234_500_000.0, "A"),
        ("JPN", "CHN", "M", "SH", 1_234_500_000.0, "E"),
        ("JPN", "CHN", "X", "SC", None, "O"),
    ]
    assert {row["vintage"] for row in rows} == {date(2026, 4, 22)}


def test_groups_are_aggregates_and_economies_of_the_past_are_left_out(tmp_path: Path) -> None:
    rows = staged_annual(
        tmp_path, {"ReporterCode": "918"}, {"PartnerCode": "000"}, {"ReporterCode": "891"}, {"PartnerCode": "EUT"}
    )
    assert [(row["reporter"], row["partner"]) for row in rows] == [
        ("WTO_EU", "CHN"),
        ("JPN", "W00"),
        ("JPN", "WTO_EXTRA_EU"),
    ]


@pytest.mark.parametrize(
    ("name", "column"), [("ReporterCode", "reporter"), ("PartnerCode", "partner"), ("ProductCode", "item")]
)
def test_a_code_that_no_mapping_knows_stays_and_has_no_area(name: str, column: str, tmp_path: Path) -> None:
    (row,) = staged_annual(tmp_path, {name: "999"})
    assert row[column] is None


def test_rows_of_the_older_classification_and_by_sector_alone_stay_in_landing(tmp_path: Path) -> None:
    old = {"IndicatorCode": "ITS_CS_AX5", "ProductClassificationCode": "BOP5", "ProductCode": "S200"}
    mixed = {"ProductClassificationCode": "BOP5", "ProductCode": "S266"}
    rows = rows_of(annual(tmp_path, wto_file(wto_rows(old, {}, mixed))))
    assert [row["payload_pointer"] for row in rows] == ["row 2"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_names_come_through_in_either_encoding(encoding: str, tmp_path: Path) -> None:
    body = wto_file(wto_rows({"Reporter": "Türkiye", "ReporterCode": "792", "Partner": "Côte d’Ivoire"}), encoding)
    (row,) = rows_of(annual(tmp_path, body))
    assert (row["Reporter"], row["Partner"]) == ("Türkiye", "Côte d’Ivoire")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"IndicatorCode": "ITS_MTV_AX"}, "IndicatorCode is 'ITS_MTV_AX'; it must be one of ['ITS_CS_AM5'"),
        ({"UnitCode": "USD"}, "UnitCode is 'USD'; it must be one of ['USM']"),
        ({"FrequencyCode": "Q"}, "FrequencyCode is 'Q'; it must be one of ['A']"),
        (
            {"ProductClassificationCode": "BOP7"},
            "ProductClassificationCode is 'BOP7'; it must be one of ['BOP5', 'BOP6']",
        ),
        ({"ValueFlagCode": "Z"}, "ValueFlagCode is 'Z'; it must be one of ['B', 'C', 'E']"),
        ({"Year": "2023Q1"}, "Year is '2023Q1'; it must be int32"),
        ({"Value": "n.a."}, "Value is 'n.a.'; it must be double"),
        ({"Value": "inf"}, "Value is 'inf'; it must be a finite number"),
        ({"ReporterCode": ""}, "ReporterCode is empty"),
    ],
)
def test_a_changed_code_or_value_is_refused_with_its_row(change: dict[str, str], rule: str, tmp_path: Path) -> None:
    refusal = annual_refused(tmp_path, wto_file(wto_rows({}, change)))
    assert rule in refusal.failure
    assert refusal.row == "row 2"


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (
            [name for name in WTO_ROW if name != "ValueFlagCode"],
            "columns missing: ['ValueFlagCode'], unexpected: ",
        ),
        ([*WTO_ROW, "UnitMultiplier"], "columns unexpected: ['UnitMultiplier'] (declared: ['IndicatorCode'"),
        ([*WTO_ROW, "Year"], "columns repeated or in another order (declared: ['IndicatorCode'"),
    ],
)
def test_changed_columns_are_refused(header: list[str], rule: str, tmp_path: Path) -> None:
    assert rule in annual_refused(tmp_path, wto_file(wto_rows({}, header=header))).failure


def test_columns_in_another_order_fewer_labels_and_an_added_one_are_read_by_name(tmp_path: Path) -> None:
    header = ["Note", *(name for name in reversed(WTO_ROW) if name not in ("ValueFlag", "Product"))]
    before, after = (
        rows_of(annual(tmp_path, wto_file(wto_rows({}, header=names)))) for names in (list(WTO_ROW), header)
    )
    assert after == before


def test_the_api_is_superseded_by_the_file_that_holds_the_same_and_more() -> None:
    assert {resource.superseded_by for resource in wto.RESOURCES if "i" in resource.ask} == {ANNUAL.key}
    assert ANNUAL.superseded_by is DELIVERED.superseded_by is None


def delivered(folder: Path, files: dict[str, bytes]) -> list[Parsed]:
    drop = folder / "drop" / "wto"
    drop.mkdir(parents=True)
    for name, body in files.items():
        (drop / name).write_bytes(body)
        os.utime(drop / name, (1_780_000_000, 1_780_000_000))
    with answering({}) as server:
        results = parsed(wto, stored(wto, DELIVERED, server, folder))
    assert server.asked == []
    return results[DELIVERED_TABLE]


def packed(content: str, encoding: str = "iso-8859-1") -> bytes:
    return zipped({"DDS_bulk_download.csv": content.encode(encoding)})


@pytest.mark.parametrize("name", ["DDS_bulk_download.csv", "dds_bulk_download.zip"])
def test_a_dropped_file_is_read_packed_or_not_and_namibia_is_not_a_missing_value(name: str, tmp_path: Path) -> None:
    content = delivered_rows(
        {}, {"FLOW": "M", "REPORTER_CODE": "CI", "REPORTER_NAME": "Côte d'Ivoire"}, {"INDICATOR": "SDD_SF"}
    )
    results = delivered(tmp_path, {name: packed(content) if name.endswith("zip") else content.encode()})
    rows = staged("stg_wto__delivered__indicators", raw_table(wto.TABLES[DELIVERED_TABLE], results))
    seen = [(row["area"], row["indicator"], row["year"], row["value"], row["obs_status"]) for row in rows]
    assert seen == [
        ("NAM", "digitally_delivered_exports", 2022, 123_500_000.0, "A"),
        ("CIV", "digitally_delivered_imports", 2022, 123_500_000.0, "A"),
    ]
    assert {row["REPORTER_NAME"] for row in rows_of(results)} == {"Namibia", "Côte d'Ivoire"}
    assert {result.vintage for result in results} == {date(2026, 5, 28)}, "the date of the file"


def test_without_a_dropped_file_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        FeedError, match="no downloaded file of digitally delivered services trade dataset, all"
    ) as refusal:
        delivered(tmp_path, {})
    assert "choose Download Full Dataset" in str(refusal.value.remedy)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"UNIT": "Thousand US dollar"}, "UNIT is 'Thousand US dollar'; it must be one of ['Million US dollar'"),
        ({"PARTNER": "CN"}, "PARTNER is 'CN'; it must be one of ['000', 'W00', 'WL', 'WLD', 'World']"),
        ({"FLOW": "B"}, "FLOW is 'B'; it must be one of ['M', 'X']"),
        ({"VALUE": "-"}, "VALUE is '-'; it must be double"),
    ],
)
def test_a_changed_unit_partner_or_flow_is_refused(change: dict[str, str], rule: str, tmp_path: Path) -> None:
    with pytest.raises(PayloadError) as refusal:
        delivered(tmp_path, {"DDS_bulk_download.zip": packed(delivered_rows(change))})
    assert rule in refusal.value.failure
