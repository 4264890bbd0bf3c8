"""The PatentsView module: the two files in the bundle, and every file whose numbers contradict each other."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import PayloadError
from orchestration.sources import patentsview
from tests.unit.sources.fakes import FakeFeed, asked, editions_of, land, make_origin, make_payload

RATES, SECTIONS = patentsview.RESOURCES
PARTNERS = ("China", "Japan", "South Korea", "Germany", "United Kingdom", "India")
Rows = list[dict[str, Any]]


def rates() -> Rows:
    """A made-up file of rates that is consistent: six partners in 2025."""
    return [
        {"year": 2025, "partner": partner, "co_count": number, "us_patents": 3000, "co_invention_rate": rate}
        for (partner, number), rate in zip(
            zip(PARTNERS, (1, 2, 3, 4, 5, 7), strict=True), (0.033, 0.067, 0.1, 0.133, 0.167, 0.233), strict=True
        )
    ]


def sections() -> Rows:
    """A made-up file by section that is complete: five sections from 2000 to 2025."""
    return [{"year": year, "section": section, "us_cn_count": 9} for year in range(2000, 2026) for section in "ABCGH"]


def parsed(folder: Path, rows: object, resource: str) -> Parsed:
    content = json.dumps(rows).encode()
    origin = make_origin(patentsview.CARD, resource, content, file_name=f"{resource}.json")
    (only,) = patentsview.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> Rows:
    return [item for batch in result.batches for item in batch.to_pylist()]


def refused(folder: Path, rows: object, resource: str) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        parsed(folder, rows, resource)
    assert refusal.value.publisher == patentsview.CARD.publisher
    assert f"patentsview/{resource}" in str(refusal.value.payload)
    return refusal.value


def bundle(resource: Any, folder: Path) -> Rows:
    (edition,) = editions_of("patentsview")
    (payload,) = land(folder, patentsview.fetch(resource, edition))
    (result,) = patentsview.parse(payload)
    assert (result.table, result.vintage, result.rejects) == ("co_inventions", date(2025, 9, 30), ())
    return rows_of(result)


def test_the_bundle_holds_all_pairs(tmp_path: Path) -> None:
    rows = bundle(RATES, tmp_path)
    assert len(rows) == 293
    found = {(item["partner"], item["year"]): item for item in rows}
    assert found["China", 2024]["co_count"] == 2928
    assert {item["us_patents"] for (_, year), item in found.items() if year == 2024} == {150415}
    assert ("Germany", 1977) not in found, "a pair without a joint patent has no row and is not zero"
    assert {item["section"] for item in rows} == {item["us_cn_count"] for item in rows} == {None}


def test_the_bundle_holds_all_sections_and_they_stay_within_the_years_total(tmp_path: Path) -> None:
    totals = {item["year"]: item["co_count"] for item in bundle(RATES, tmp_path) if item["partner"] == "China"}
    by_year: Counter[int] = Counter()
    for item in bundle(SECTIONS, tmp_path):
        by_year[item["year"]] += item["us_cn_count"]
    assert sorted(by_year) == list(range(2000, 2026))
    assert all(0.85 * totals[year] < count < totals[year] for year, count in by_year.items())


def test_the_address_names_the_commit() -> None:
    assert all("/207d4eb9614c5fe12db837b7902e2bedb6abfa6f/" in one.ask["url"] for one in patentsview.RESOURCES)
    feed = FakeFeed({asked(RATES.ask["url"]): b"[]"})
    (answer,) = list(patentsview.fetch(RATES, feed))
    assert answer.read() == b"[]"


def test_rows_are_as_the_compiler_wrote_them(tmp_path: Path) -> None:
    assert rows_of(parsed(tmp_path, rates(), RATES.key))[5] == {
        **rates()[5],
        "section": None,
        "us_cn_count": None,
        "payload_pointer": "/5",
    }
    first = rows_of(parsed(tmp_path, sections(), SECTIONS.key))[0]
    assert (first["section"], first["us_cn_count"], first["co_count"]) == ("A", 9, None)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"co_invention_rate": 0.034}, "co_invention_rate is 0.034; it must be 100 x 1 / 3000 within rounding"),
        ({"co_invention_rate": 0.00033}, "co_invention_rate is 0.00033; it must be 100 x 1 / 3000 within rounding"),
        (
            {"co_count": 3001, "co_invention_rate": 100.033},
            "3001 joint patents among 3000 US patents; they must be a part of them",
        ),
        ({"co_count": -1}, "co_count is -1; it must be greater than or equal to 0"),
        ({"co_count": "1"}, "co_count is '1'; it must be a valid integer"),
        ({"us_patents": None}, "us_patents is None; it must be a valid integer"),
        ({"co_count": True}, "co_count is True; it must be a valid integer"),
        ({"year": 1975}, "year is 1975; it must be greater than or equal to 1976"),
        ({"year": 2026}, "year is 2026; it must be less than or equal to 2025"),
        ({"year": "2025"}, "year is '2025'; it must be a valid integer"),
        ({"partner": "France"}, "partner is 'France'; it must be 'China', 'Japan', 'South Korea', 'Germany'"),
        ({"partner": "Japan"}, "year, partner repeated: ('2025', 'Japan'); they identify one row of a"),
        ({"note": "new"}, "keys unexpected: ['note']"),
    ],
)
def test_a_row_of_rates_that_contradicts_itself_is_refused(change: dict[str, Any], rule: str, tmp_path: Path) -> None:
    # the changed row is the last one, so that a repeated code is seen there
    rows = [*rates()[1:], {**rates()[0], **change}]
    refusal = refused(tmp_path, rows, RATES.key)
    assert rule in refusal.failure
    assert str(refusal.row).startswith("/5")


def test_a_file_that_lacks_a_partner_or_the_last_year_is_refused(tmp_path: Path) -> None:
    assert "every partner" in refused(tmp_path, rates()[:5], RATES.key).failure
    assert "up to 2025" in refused(tmp_path, [{**row, "year": 2024} for row in rates()], RATES.key).failure


def test_a_file_by_section_that_lacks_a_cell_is_refused(tmp_path: Path) -> None:
    assert (
        "sections missing in [2000]; every year from 2000 has all sections"
        in refused(tmp_path, sections()[1:], SECTIONS.key).failure
    )
    assert (
        "section is 'D'; it must be"
        in refused(tmp_path, [*sections(), {**sections()[0], "section": "D"}], SECTIONS.key).failure
    )
