"""UNCTAD's bulk files: services by category and partner, and digitally deliverable services."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import PayloadError
from orchestration.sources import unctad
from tests.publisher_server import Reply
from tests.unit.sources.bulk import (
    DELIVERABLE_COLUMNS,
    JSON,
    UNCTAD_METADATA_URL,
    UNCTAD_ROW,
    UNCTAD_URL,
    UNCTAD_VALUE,
    answering,
    parsed,
    resource_of,
    rows_of,
    stored,
    unctad_file,
    unctad_metadata,
    unctad_rows,
)
from tests.unit.sources.staged import raw_table, staged

BY_PARTNER, DELIVERABLE = resource_of(unctad, "services_by_partner"), resource_of(unctad, "digitally_deliverable")
PARTNER_TABLE, DELIVERABLE_TABLE = "by_partner__bilateral_services", "deliverable__indicators"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def read(folder: Path, content: str, metadata: bytes | None = None) -> list[Parsed]:
    answers = {UNCTAD_METADATA_URL: metadata or unctad_metadata(), UNCTAD_URL: unctad_file(content)}
    with answering(answers) as server:
        return parsed(unctad, stored(unctad, BY_PARTNER, server, folder))[PARTNER_TABLE]


def refused(folder: Path, content: str, metadata: bytes | None = None) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        read(folder, content, metadata)
    assert refusal.value.publisher == "UN Trade and Development (UNCTAD)"
    return refusal.value


def staged_rows(folder: Path, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    results = read(folder, unctad_rows(*changes))
    return staged("stg_unctad__by_partner__bilateral_services", raw_table(unctad.TABLES[PARTNER_TABLE], results))


def test_the_last_update_of_the_report_is_stamp_and_vintage(tmp_path: Path) -> None:
    with answering({UNCTAD_METADATA_URL: unctad_metadata(), UNCTAD_URL: unctad_file(unctad_rows({}))}) as server:
        (payload,) = stored(unctad, BY_PARTNER, server, tmp_path)
    assert payload.origin.stamp == "2026-08-10T09:00:00 version 2231"
    assert [asked.url for asked in server.asked] == [UNCTAD_METADATA_URL, UNCTAD_URL]
    (result,) = parsed(unctad, [payload])[PARTNER_TABLE]
    assert result.vintage == date(2026, 8, 10)


@pytest.mark.parametrize(
    "metadata",
    [
        unctad_metadata(updated="10/08/2026"),
        unctad_metadata(updated=None),
        unctad_metadata(version=None),
        b"{}",
        b"[]",
        b"<html>",
        b"",
    ],
)
def test_metadata_without_version_or_date_is_refused(metadata: bytes, tmp_path: Path) -> None:
    answers = {UNCTAD_METADATA_URL: Reply(metadata, headers=JSON), UNCTAD_URL: unctad_file(unctad_rows({}))}
    with (
        answering(answers) as server,
        pytest.raises(PayloadError, match=r"^(lastUpdated is|str is|version is|keys missing|the answer is|not JSON)"),
    ):
        stored(unctad, BY_PARTNER, server, tmp_path)
    assert [asked.url for asked in server.asked] == [UNCTAD_METADATA_URL], "nothing large is requested"


def test_a_row_becomes_dollars_of_a_flow(tmp_path: Path) -> None:
    rows = staged_rows(tmp_path, {}, {"Flow": "01", "Flow Label": "Imports", "Partner": "0000"})
    seen = [(row["reporter"], row["partner"], row["flow"], row["item"], row["year"], row["value"]) for row in rows]
    assert seen == [("USA", "CHN", "X", "SH", 2023, 8_120_250_000.0), ("USA", "W00", "M", "SH", 2023, 8_120_250_000.0)]
    assert {row["vintage"] for row in rows} == {date(2026, 8, 10)}


@pytest.mark.parametrize(
    ("value", "footnote", "missing", "status"),
    [
        ("1", "", "", "A"),
        ("1", "Estimated by the secretariat", "", "E"),
        ("1", "Provisional", "", "P"),
        ("", "", "Confidential", "Q"),
        ("", "", "Not applicable", "M"),
        ("", "", "Not available or not separately reported", "O"),
        ("", "", "", "O"),
        ("", "Estimated by the secretariat", "", "O"),
    ],
)
def test_footnotes_and_reasons_become_the_status(
    value: str, footnote: str, missing: str, status: str, tmp_path: Path
) -> None:
    change = {UNCTAD_VALUE: value, f"{UNCTAD_VALUE} Footnote": footnote, f"{UNCTAD_VALUE} Missing value": missing}
    (row,) = staged_rows(tmp_path, change)
    assert row["obs_status"] == status
    assert (row["value"] is None) == (value == "")


def test_groups_of_economies_are_left_out_and_an_unknown_economy_is_not(tmp_path: Path) -> None:
    rows = staged_rows(
        tmp_path, {"Economy": "1400"}, {"Partner": "5100"}, {"Economy": "0000"}, {"Partner": "888"}, {"Economy": "530"}
    )
    assert [(row["reporter"], row["partner"]) for row in rows] == [("USA", None)]


def test_the_other_name_of_the_measure_and_a_file_without_footnotes_are_read(tmp_path: Path) -> None:
    header = [name for name in UNCTAD_ROW if "Footnote" not in name and "Missing" not in name]
    content = unctad_rows({}, header=header).replace(UNCTAD_VALUE, "Millions of US$ at current prices")
    (row,) = rows_of(read(tmp_path, content))
    assert (row["Value"], row["Value_Footnote"], row["Value_Missing"]) == (8120.25, None, None)


def test_columns_in_another_order_and_a_measure_that_the_publisher_added_are_read_by_name(tmp_path: Path) -> None:
    share = "Percentage of trade in goods"
    header = [share, f"{share} Footnote", f"{share} Missing value", *reversed(UNCTAD_ROW)]
    (row,) = rows_of(read(tmp_path, unctad_rows({share: "7.5"}, header=header)))
    assert (row["Value"], row["Economy"], row["Partner"]) == (8120.25, UNCTAD_ROW["Economy"], UNCTAD_ROW["Partner"])


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (
            [name for name in UNCTAD_ROW if name != "Partner"],
            "columns missing: ['Partner'], unexpected: [], values: ['US$ at current",
        ),
        ([*UNCTAD_ROW, "Mode of supply"], "columns missing: [], unexpected: ['Mode of supply'], values: ['US$ at"),
        (
            [name for name in UNCTAD_ROW if not name.startswith("US$")],
            "columns missing: [], unexpected: [], values: []; each must be there once",
        ),
        (
            [*UNCTAD_ROW, "Millions of US$ at current prices"],
            "columns missing: [], unexpected: [], values: ['US$ at current prices in",
        ),
        ([*UNCTAD_ROW, "Year"], "columns missing: [], unexpected: [], values: ['US$ at current prices in"),
    ],
)
def test_changed_columns_are_refused(header: list[str], rule: str, tmp_path: Path) -> None:
    assert rule in refused(tmp_path, unctad_rows({}, header=header)).failure


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"Flow": "03"}, "'; it must be a known code"),
        ({"Flow Label": "Imports"}, "'; it must be a known code"),
        ({"Economy": "USA"}, "Economy is 'USA'; it must be a known code"),
        ({"Partner": "15"}, "Partner is '15'; it must be a known code"),
        ({"Year": "2023/24"}, "Year is '2023/24'; it must be int32"),
        ({UNCTAD_VALUE: "_"}, "Value is '_'; it must be double"),
        ({"Category": ""}, "Category is empty"),
    ],
)
def test_a_changed_code_or_value_is_refused_with_its_row(change: dict[str, str], rule: str, tmp_path: Path) -> None:
    refusal = refused(tmp_path, unctad_rows({}, change))
    assert rule in refusal.failure
    assert refusal.row == "row 2"


def test_digitally_deliverable_services_of_economies_and_the_world(tmp_path: Path) -> None:
    content = unctad_rows({}, {"Economy": "0000"}, {"Economy": "5100"}, header=DELIVERABLE_COLUMNS)
    report = DELIVERABLE.ask["report"]
    answers = {
        UNCTAD_METADATA_URL.replace(BY_PARTNER.ask["report"], report): unctad_metadata(),
        f"https://unctadstat-api.unctad.org/bulkdownload/{report}/US_DigitallyDeliverableServices": unctad_file(
            content
        ),
    }
    with answering(answers) as server:
        results = parsed(unctad, stored(unctad, DELIVERABLE, server, tmp_path))[DELIVERABLE_TABLE]
    rows = staged("stg_unctad__deliverable__indicators", raw_table(unctad.TABLES[DELIVERABLE_TABLE], results))
    assert {row["resource"] for row in rows} == {"digitally_deliverable_exports"}, "one series with Data360's"
    assert [(row["area"], row["indicator"], row["value"]) for row in rows] == [
        ("USA", "digitally_deliverable_exports", 8_120_250_000.0),
        ("W00", "digitally_deliverable_exports", 8_120_250_000.0),
    ]


def test_the_copy_of_data360_is_superseded() -> None:
    assert {one.superseded_by for one in unctad.RESOURCES if "indicator" in one.ask} == {DELIVERABLE.key}
