"""The WIPO module: the announcements in the bundle, and every export that is not PCT counts by origin and filing year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Resource
from orchestration.core.errors import FeedError, NothingDroppedError, PayloadError
from orchestration.ingestion.feeds import BundleEdition
from orchestration.sources import wipo
from tests.unit.sources.fakes import FakeFeed, editions_of, land, make_origin, make_payload

RESOURCE = wipo.RESOURCES[0]
PREAMBLE = """Intellectual property right :PCT

Indicator :PCT applications by filing date

Source: WIPO statistics database. Last updated: March 2025

"""
HEADER = "Origin,Origin (Code),Office,Type,2023,2024"
ROWS = (
    '"China","CN","Total","Total","10","20",',
    '"Namibia","NA","Total","Total","3","",',
    '"World","","Total","Total","40","50",',
)


def export(rows: Iterable[str] = ROWS, header: str = HEADER, preamble: str = PREAMBLE) -> bytes:
    """A made-up export in the layout of the data centre."""
    return (preamble + "\n".join((header, *rows)) + "\n").encode()


def parsed(folder: Path, content: bytes, updated: date | None = date(2025, 3, 17)) -> Parsed:
    origin = make_origin(wipo.CARD, RESOURCE.key, content, file_name="export.csv", publisher_last_updated=updated)
    (only,) = wipo.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [item for batch in result.batches for item in batch.to_pylist()]


def refused(folder: Path, content: bytes, updated: date | None = date(2025, 3, 17)) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        parsed(folder, content, updated)
    assert refusal.value.publisher == wipo.CARD.publisher
    assert "wipo/pct_applications/export.csv" in str(refusal.value.payload)
    return refusal.value


def editions_holding(resource: Resource) -> list[BundleEdition]:
    """The editions of the bundle that have an export of this resource."""
    return [
        edition
        for edition in editions_of("wipo")
        if any(origin.resource == resource.key for origin in edition.origins.values())
    ]


def bundle_rows(folder: Path) -> dict[tuple[date, str, int], int]:
    """(vintage, origin, year): applications, over all editions of the bundle."""
    found: dict[tuple[date, str, int], int] = {}
    for edition in editions_holding(RESOURCE):
        for payload in land(folder, wipo.fetch(RESOURCE, edition)):
            for result in wipo.parse(payload):
                assert result.table == "patent_counts"
                assert result.vintage == date.fromisoformat(edition.folder.name)
                assert result.rejects == ()
                for item in rows_of(result):
                    key = (result.vintage, item["origin_code"] or item["origin"], item["year"])
                    assert key not in found, "two files of one edition never hold the same figure"
                    found[key] = item["value"]
    return found


def test_the_bundle_holds_the_announced_figures_with_their_dates(tmp_path: Path) -> None:
    rows = bundle_rows(tmp_path)
    assert len(rows) == 124
    assert len({vintage for vintage, _, _ in rows}) == 18
    assert rows[date(2025, 3, 17), "CN", 2024] == 70160
    assert rows[date(2025, 3, 17), "US", 2024] == 54087
    assert rows[date(2023, 3, 1), "US", 2022] == 59056
    assert rows[date(2009, 1, 27), "CN", 2008] == 6089
    assert rows[date(2012, 3, 5), "World", 2011] == 181900
    assert rows[date(2024, 3, 7), "DE", 2023] == 16916, "the second file of an edition is read as well"


def test_years_become_rows_and_an_empty_cell_a_row_without_a_figure(tmp_path: Path) -> None:
    result = parsed(tmp_path, export())
    assert result.vintage == date(2025, 3, 17)
    assert [(r["origin"], r["origin_code"], r["year"], r["value"], r["payload_pointer"]) for r in rows_of(result)] == [
        ("China", "CN", 2023, 10, "line 8 column 5"),
        ("China", "CN", 2024, 20, "line 8 column 6"),
        ("Namibia", "NA", 2023, 3, "line 9 column 5"),
        ("Namibia", "NA", 2024, None, "line 9 column 6"),
        ("World", None, 2023, 40, "line 10 column 5"),
        ("World", None, 2024, 50, "line 10 column 6"),
    ]


def test_an_export_without_a_known_day_is_dated_to_the_first_of_its_month(tmp_path: Path) -> None:
    assert parsed(tmp_path, export(), updated=None).vintage == date(2025, 3, 1)


@pytest.mark.parametrize("text", ["1,024", "-5", "n.a.", "12.5"])
def test_a_cell_that_is_no_whole_number_is_rejected_by_name(text: str, tmp_path: Path) -> None:
    result = parsed(tmp_path, export([f'"China","CN","Total","Total","10","{text}",']))
    assert [item["year"] for item in rows_of(result)] == [2023]
    (reject,) = result.rejects
    assert reject.pointer == "line 8 column 6"
    assert text in reject.text


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("right :PCT", "right :Patent", "the right is 'Patent'; it must be 'PCT'"),
        ("PCT applications by filing date", "1b- PCT national phase entries", "the indicator is"),
        ("PCT applications by filing date", "PCT applications by publication date", "the indicator is"),
        ("Indicator :", "Index :", "the preamble does not name its indicator"),
        ("Last updated: March 2025", "", "the month of its last update"),
        ("March 2025", "Mars 2025", "an English month"),
        ("March 2025", "April 2025", "month of publication is 2025-03-17 on the origin card and 2025-04 in the"),
    ],
)
def test_another_right_indicator_clock_or_month_is_refused(old: str, new: str, rule: str, tmp_path: Path) -> None:
    assert rule in refused(tmp_path, export(preamble=PREAMBLE.replace(old, new))).failure


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("Office,Office (Code),Origin,2024", "header line that begins with Origin"),
        ("Origin,Office,Type,2023,2024", "columns missing: ['Origin (Code)'] (declared: ['Origin', 'Origin (Code)'])"),
        (
            "Origin,Origin (Code),Field,Type,2023,2024",
            "columns unexpected: ['Field'] (declared: ['Origin', 'Origin (Code)'])",
        ),
        (
            "Origin,Origin (Code),Office,Office,2023",
            "columns repeated or in another order (declared: ['Origin', 'Origin",
        ),
        ("Origin,Origin (Code),Office,Type", "]; they must rise, from 1978 at the earliest to 2025 at the latest"),
        (
            "Origin,Origin (Code),Office,Type,2024,2023",
            "]; they must rise, from 1978 at the earliest to 2025 at the latest",
        ),
        (
            "Origin,Origin (Code),Office,Type,1977,2024",
            "]; they must rise, from 1978 at the earliest to 2025 at the latest",
        ),
        (
            "Origin,Origin (Code),Office,Type,2024,2026",
            "]; they must rise, from 1978 at the earliest to 2025 at the latest",
        ),
    ],
)
def test_columns_and_years_that_cannot_be_are_refused(header: str, rule: str, tmp_path: Path) -> None:
    refusal = refused(tmp_path, export(header=header))
    assert rule in refusal.failure
    assert refusal.row in (None if "line that begins" in rule else "line 7",)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ('"China","CHN","Total","Total","10","20",', "'; it must have two letters (WIPO ST.3)"),
        ('"Asia","","Total","Total","10","20",', "'; it must have two letters (WIPO ST.3)"),
        (
            '"China","CN","Japan","Total","10","20",',
            "Office is 'Japan'; it must be Total, since counts are of all offices",
        ),
        ('"China","CN","Total","Abroad","10","20",', "Type is 'Abroad'; it must be Total"),
        ('"China","CN","Total","Total","10"', "cells in a row; it must have 6 and nothing behind them"),
        ('"China","CN","Total","Total","10","20","30",', "cells in a row; it must have 6 and nothing behind them"),
        ('"Namibia","NA","Total","Total","10","20",', "' repeated"),
        ('"Namibia (Republic)","NA","Total","Total","10","20",', "origin 'Namibia (Republic)' repeated"),
        (
            '"China","CN","Total","Total","10","49",',
            "the world's total of 2024 is 50, below 52, the sum of its origins",
        ),
    ],
)
def test_rows_that_cannot_be_are_refused(row: str, rule: str, tmp_path: Path) -> None:
    rows = ('"Namibia","NA","Total","Total","3","3",', row, '"World","","Total","Total","40","50",')
    assert rule in refused(tmp_path, export(rows)).failure


def test_a_missing_file_names_the_page_that_makes_it() -> None:
    with pytest.raises(
        NothingDroppedError, match="no downloaded file of PCT applications by applicant's origin and filing"
    ) as refusal:
        list(wipo.fetch(RESOURCE, FakeFeed()))
    assert "selectedTab=pct&indicator=1001" in str(refusal.value.remedy)


def test_every_dropped_export_is_taken() -> None:
    feed = FakeFeed(dropped={"b.txt": export(), "a (1).csv": b"\xef\xbb\xbf" + export(), ".DS_Store": b"litter"})
    assert [answer.origin.file_name for answer in wipo.fetch(RESOURCE, feed)] == ["a (1).csv", "b.txt"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        b"Origin,Origin (Code),2023\n",
        export(preamble=PREAMBLE.replace("PCT applications by filing date", "1 - Total patent applications")),
        export(preamble=PREAMBLE.replace(":PCT\n", ":Patent\n")),
    ],
)
def test_a_file_that_is_no_such_export_is_refused_by_name(content: bytes) -> None:
    feed = FakeFeed(dropped={"a.csv": export(), "other.csv": content})
    with pytest.raises(
        FeedError, match=r"'other\.csv' in the drop folder is no file of World Intellectual Property"
    ) as refusal:
        list(wipo.fetch(RESOURCE, feed))
    assert "selectedTab=pct&indicator=1001" in str(refusal.value.remedy)


APPLICATIONS, FAMILIES = (
    next(resource for resource in wipo.RESOURCES if resource.key == key)
    for key in ("patent_applications", "foreign_oriented_families")
)
BY_ORIGIN = """Intellectual property right :Patent

Indicator :1 - Total patent applications (direct and PCT national phase entries)

Source: WIPO statistics database. Last updated: May 2026

Origin,Origin (Code),Office,Type,2023,2024
"China","CN","Total","Total","30","",
"China","CN","Total","Resident","20","22",
"China","CN","Total","Abroad","10","11",
"China","CN","Total","Total (equivalent count)","35","40",
"""
BY_OFFICE = """Intellectual property right :Patent

Indicator :8 - Foreign-oriented patent family by origin and destination office

Source: WIPO statistics database. Last updated: May 2026

Office,Office (Code),Origin,2021,2022
"China","CN","Japan","7","8",
"China","CN","Germany","5","6",
"Japan","JP","China","3","",
"""


def filings(folder: Path, resource: Resource, text: str) -> Parsed:
    content = text.encode()
    origin = make_origin(
        wipo.CARD, resource.key, content, file_name="export.csv", publisher_last_updated=date(2026, 5, 1)
    )
    (only,) = wipo.parse(make_payload(folder, origin, content))
    return only


def test_an_export_by_origin_keeps_the_types_of_count_apart(tmp_path: Path) -> None:
    result = filings(tmp_path, APPLICATIONS, BY_ORIGIN)
    assert (result.table, result.vintage) == ("patent_filings", date(2026, 5, 1))
    seen = [
        (r["office"], r["office_code"], r["origin_code"], r["type"], r["year"], r["value"]) for r in rows_of(result)
    ]
    assert seen == [
        ("Total", None, "CN", "Total", 2023, 30),
        ("Total", None, "CN", "Total", 2024, None),
        ("Total", None, "CN", "Resident", 2023, 20),
        ("Total", None, "CN", "Resident", 2024, 22),
        ("Total", None, "CN", "Abroad", 2023, 10),
        ("Total", None, "CN", "Abroad", 2024, 11),
        ("Total", None, "CN", "Total (equivalent count)", 2023, 35),
        ("Total", None, "CN", "Total (equivalent count)", 2024, 40),
    ]


def test_an_export_by_office_names_its_origins_without_a_code(tmp_path: Path) -> None:
    result = filings(tmp_path, FAMILIES, BY_OFFICE)
    seen = [
        (r["office"], r["office_code"], r["origin"], r["origin_code"], r["year"], r["value"]) for r in rows_of(result)
    ]
    assert seen == [
        ("China", "CN", "Japan", None, 2021, 7),
        ("China", "CN", "Japan", None, 2022, 8),
        ("China", "CN", "Germany", None, 2021, 5),
        ("China", "CN", "Germany", None, 2022, 6),
        ("Japan", "JP", "China", None, 2021, 3),
        ("Japan", "JP", "China", None, 2022, None),
    ]


@pytest.mark.parametrize(
    ("resource", "text", "old", "new", "rule"),
    [
        (
            APPLICATIONS,
            BY_ORIGIN,
            '"Resident","20"',
            '"Resident","21"',
            "Total of China in 2023 is 30; Resident and Abroad add up to 31",
        ),
        (
            APPLICATIONS,
            BY_ORIGIN,
            '"Abroad"',
            '"Elsewhere"',
            "Type is 'Elsewhere'; it must be Total or Resident or Abroad or Total",
        ),
        (
            APPLICATIONS,
            BY_ORIGIN,
            '"Total","Resident"',
            '"Japan","Resident"',
            "Office is 'Japan'; it must be Total, since counts are of all offices",
        ),
        (APPLICATIONS, BY_ORIGIN, '"Abroad"', '"Resident"', "' repeated"),
        (
            APPLICATIONS,
            BY_ORIGIN,
            ",Type,2023",
            ",2023",
            "columns missing: ['Type'] (declared: ['Origin', 'Origin (Code)', 'Type'])",
        ),
        (APPLICATIONS, BY_ORIGIN, "1 - Total patent applications", "2 - Total patent grants", "the indicator is"),
        (
            APPLICATIONS,
            BY_ORIGIN,
            '"CN"',
            '"CHN"',
            "code of origin 'China' is 'CHN'; it must have two letters (WIPO ST.3)",
        ),
        (FAMILIES, BY_OFFICE, '"JP"', '""', "code of office 'Japan' is ''; it must have two letters (WIPO ST.3)"),
        (FAMILIES, BY_OFFICE, '"Japan","JP","China"', '"China","CN","Japan"', "' repeated"),
        (FAMILIES, BY_OFFICE, '"JP","China"', '"JP",""', "no origin in the row"),
        (
            FAMILIES,
            BY_OFFICE,
            "Office,Office (Code),Origin,",
            "Applicant,Office,Origin,",
            "begins with Origin or Office",
        ),
    ],
)
def test_exports_of_filings_that_cannot_be_are_refused(
    resource: Resource, text: str, old: str, new: str, rule: str, tmp_path: Path
) -> None:
    assert old in text
    with pytest.raises(PayloadError) as refusal:
        filings(tmp_path, resource, text.replace(old, new))
    assert rule in refusal.value.failure


def test_the_bundle_holds_the_chosen_filings(tmp_path: Path) -> None:
    found: dict[tuple[str, str, str, str, int], int] = {}
    for resource in wipo.RESOURCES[1:]:
        for edition in editions_holding(resource):
            for payload in land(tmp_path, wipo.fetch(resource, edition)):
                for result in wipo.parse(payload):
                    for item in rows_of(result):
                        key = (resource.key, item["office_code"] or "", item["origin"], item["type"], item["year"])
                        assert key not in found, "two files never hold the same figure"
                        found[key] = item["value"]
    assert len(found) == 573
    assert found["patent_applications", "", "China", "Abroad", 2024] == 124737
    assert found["pct_national_phase_entries", "", "Japan", "Total", 2024] == 124639
    assert found["direct_applications", "", "Republic of Korea", "Abroad", 2010] == 33765
    assert found["foreign_oriented_families", "CN", "Japan", "Total", 2022] == 47096
    assert found["patent_grants", "US", "China", "Total", 2021] == 23705
    assert found["direct_grants", "EP", "China", "Total", 2021] == 1513
    assert found["pct_national_phase_grants", "JP", "China", "Total", 2021] == 3423
