"""The World Bank module: the bundle's good path, paging, and every way in which the API says no with status 200."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Resource
from orchestration.core.errors import PayloadError
from orchestration.sources import world_bank
from tests.unit.sources.fakes import FakeFeed, Request, asked, editions_of, land, make_origin, make_payload

CURRENT = [resource for resource in world_bank.RESOURCES if "since" not in resource.ask]
RECEIPTS = next(resource for resource in world_bank.RESOURCES if resource.key == "ip_receipts")
TITLE = "Charges for the use of intellectual property, receipts (BoP, current US$)"
URL = "https://api.worldbank.org/v2/country/all/indicator/BX.GSR.ROYL.CD"
PARAMETERS = {"format": "json", "per_page": "20000", "page": "1", "source": "2"}


def row(
    area: str = "US", iso3: str = "?", year: str = "2024", value: float | None = 1.5, **changes: Any
) -> dict[str, Any]:
    """One made-up row in the layout of the API."""
    return {
        "indicator": {"id": "BX.GSR.ROYL.CD", "value": TITLE},
        "country": {"id": area, "value": f"area {area}"},
        "countryiso3code": ("USA" if area == "US" else "") if iso3 == "?" else iso3,
        "date": year,
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
        **changes,
    }


def body(rows: list[Any] | None, **envelope: Any) -> bytes:
    """One made-up answer; the envelope fits the rows unless a test says otherwise."""
    head = {
        "page": 1,
        "pages": 1,
        "per_page": 20000,
        "total": len(rows or []),
        "sourceid": "2",
        "lastupdated": "2026-07-01",
    }
    return json.dumps([{**head, **envelope}, rows]).encode()


def parsed(folder: Path, content: bytes, resource: str = "ip_receipts", page: str = "1") -> Parsed:
    parameters = {**PARAMETERS, "page": page}
    origin = make_origin(world_bank.CARD, resource, content, url=URL, parameters=parameters)
    (only,) = world_bank.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [item for batch in result.batches for item in batch.to_pylist()]


def refused(folder: Path, content: bytes, **asked_for: str) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        parsed(folder, content, **asked_for)
    assert refusal.value.publisher == "World Bank"
    assert "world_bank/ip_receipts" in str(refusal.value.payload)
    return refusal.value


def bundle_rows(edition: str, resource: Resource, folder: Path) -> list[dict[str, Any]]:
    (feed,) = [one for one in editions_of("world_bank") if one.folder.name == edition]
    results = [
        result for payload in land(folder, world_bank.fetch(resource, feed)) for result in world_bank.parse(payload)
    ]
    assert {(result.table, result.vintage, result.rejects) for result in results} == {
        ("indicators", date.fromisoformat(edition), ())
    }
    return [item for result in results for item in rows_of(result)]


def value(rows: list[dict[str, Any]], iso3: str, year: int) -> float | None:
    (found,) = [item["value"] for item in rows if (item["countryiso3code"], item["date"]) == (iso3, str(year))]
    return None if found is None else float(found)


def test_the_bundle_holds_the_receipts_of_the_united_states_as_known_at_each_edition(tmp_path: Path) -> None:
    seen = {edition: bundle_rows(edition, RECEIPTS, tmp_path) for edition in ("2018-08-01", "2025-12-17", "2026-07-01")}
    assert value(seen["2018-08-01"], "USA", 2016) == 124454000000
    assert value(seen["2026-07-01"], "USA", 2016) == 112981000000
    assert value(seen["2026-07-01"], "USA", 2024) == 169520000000
    assert max(item["date"] for item in seen["2018-08-01"]) == "2017"
    assert value(seen["2025-12-17"], "USA", 2024) is not None


@pytest.mark.parametrize("resource", CURRENT, ids=lambda resource: resource.key)
def test_every_resource_is_whole_in_the_newest_edition(resource: Resource, tmp_path: Path) -> None:
    rows = bundle_rows("2026-07-01", resource, tmp_path)
    years_by_area = Counter(item["country_id"] for item in rows)
    assert len(years_by_area) == 107
    assert set(years_by_area.values()) == {66}, "every year from 1960 to 2025 has a row, also where there is no figure"
    assert {item["indicator_id"] for item in rows} == {resource.ask["code"]}
    assert sum(item["value"] is not None for item in rows) > 1500
    codes = {item["country_id"]: item["countryiso3code"] for item in rows}
    assert {"US": "USA", "CN": "CHN", "1W": "WLD", "Z4": "EAS", "XC": "EMU"}.items() <= codes.items()


def test_the_older_editions_hold_the_two_series_whose_revisions_are_followed() -> None:
    held = {edition.folder.name: edition.resources() for edition in editions_of("world_bank")}
    assert held["2018-08-01"] == held["2025-12-17"] == {"ip_receipts", "ip_payments"}
    assert held["2026-07-01"] == {resource.key for resource in CURRENT}


def test_every_page_is_asked_for_in_turn(tmp_path: Path) -> None:
    def answers(pages: dict[int, bytes]) -> dict[Request, bytes]:
        return {asked(URL, **{**PARAMETERS, "page": str(number)}): content for number, content in pages.items()}

    full = [row(area=f"{number}", year=str(1960 + number % 60)) for number in range(20000)]
    feed = FakeFeed(
        answers({1: body(full, pages="2", total="20001"), 2: body([row(area="last")], page=2, pages=2, total=20001)})
    )
    payloads = land(tmp_path, world_bank.fetch(RECEIPTS, feed))
    assert [params["page"] for _, params in feed.requests] == ["1", "2"]
    counts = [len(rows_of(result)) for payload in payloads for result in world_bank.parse(payload)]
    assert counts == [20000, 1]


def test_a_null_and_an_empty_alpha_3_code_survive(tmp_path: Path) -> None:
    content = body([row(value=None), row(area="XD", iso3="", value=7)])
    first, second = rows_of(parsed(tmp_path, content))
    assert first["value"] is None
    assert (second["country_id"], second["countryiso3code"], second["value"]) == ("XD", "", 7.0)
    assert second["payload_pointer"] == "/1/1"


def test_a_message_in_a_200_is_an_error_answer(tmp_path: Path) -> None:
    content = b'[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
    error = refused(tmp_path, content)
    assert "The provided parameter value is not valid" in error.failure
    assert "120" in error.failure
    assert error.row == "/0/message"


def test_xml_with_a_byte_order_mark_in_a_200_is_an_error_answer(tmp_path: Path) -> None:
    content = (
        b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<wb:error xmlns:wb="http://www.worldbank.org">\n'
        b'  <wb:message id="175" key="Invalid format">The indicator was not found. It may have been deleted or archived.'
        b"</wb:message>\n</wb:error>"
    )
    assert (
        "the World Bank answered with a message: 'The indicator was not found. It" in refused(tmp_path, content).failure
    )


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"<html>busy</html>", "not JSON"),
        (b"", "not JSON"),
        (b"{}", "the answer is {}; it must be a list"),
        (b"[]", "keys missing: ['0', '1']"),
        (b"[1, 2]", "item 0 is 1; it must be an object"),
        (b'[{"page": 1}]', "keys missing: ['pages', 'per_page', 'total', 'sourceid', 'lastupdated']"),
    ],
)
def test_what_is_no_envelope_with_rows_is_refused(content: bytes, failure: str, tmp_path: Path) -> None:
    assert refused(tmp_path, content).failure.startswith(failure)


def test_figures_of_another_indicator_are_refused(tmp_path: Path) -> None:
    other = {"id": "BM.GSR.ROYL.CD", "value": TITLE}
    error = refused(tmp_path, body([row(), row(year="2023", indicator=other)]))
    assert "series 'BM.GSR.ROYL.CD' answered, not BX.GSR.ROYL.CD" in error.failure
    assert error.row == "/1/1"


def test_an_indicator_that_changed_its_unit_is_refused(tmp_path: Path) -> None:
    changed = {"id": "BX.GSR.ROYL.CD", "value": "Charges for the use of intellectual property (% of GDP)"}
    assert (
        "the title 'Charges for the use of intellectual property (% of GDP)' does"
        in refused(tmp_path, body([row(indicator=changed)])).failure
    )
    assert "unit is 'millions'; it must be ''" in refused(tmp_path, body([row(unit="millions")])).failure


@pytest.mark.parametrize(
    ("envelope", "rule"),
    [
        ({"total": 3}, "2 rows; page 1 of 3 rows in all must hold 3"),
        ({"total": 1}, "2 rows; page 1 of 1 rows in all must hold 1"),
        ({"pages": 2}, "2 pages announced; 2 rows make 1"),
        ({"pages": 1, "total": 20001}, "1 pages announced; 20001 rows make 2"),
        ({"sourceid": "11"}, "database '11' answered, not 2"),
        ({"page": 2, "pages": 1}, "page 2 of 20000 rows answered, not page 1 of 20000"),
        ({"per_page": 50}, "page 1 of 50 rows answered, not page 1 of 20000"),
        ({"sourceid": "57"}, "database '57' answered, not 2"),
        ({"total": "many"}, "total is 'many'; it must be a valid integer"),
        ({"lastupdated": "July 2026"}, "lastupdated is 'July 2026'; it must begin with an ISO date"),
    ],
)
def test_an_envelope_that_does_not_fit_is_refused(envelope: dict[str, Any], rule: str, tmp_path: Path) -> None:
    assert rule in refused(tmp_path, body([row(), row(year="2023")], **envelope)).failure


def test_an_area_and_year_given_twice_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, body([row(), row(value=2.0)]))
    assert "country_id, date repeated: ('US', '2024'); they identify one row of a" in error.failure
    assert error.row == "/1/1"


def named(area: str, iso3: str, name: str, year: str = "2024") -> dict[str, Any]:
    return row(area, iso3, year, country={"id": area, "value": name})


USA = named("US", "USA", "United States")


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (
            named("US", "CHN", "United States", "2023"),
            "the area with id 'US' has code 'CHN', not 'USA'; an area has one",
        ),
        (named("CN", "USA", "United States"), "the area with id 'CN' has code 'USA', not 'CHN'; an area has one id"),
        (named("US", "USA", "China", "2023"), "the area with id 'US' has name 'China', not 'United States'; an area"),
        (named("CN", "CHN", "United States"), "the area with name 'United States' has id 'CN', not 'US'; an area has"),
        (named("US", "", "China", "2023"), "the area with id 'US' has name 'China', not 'United States'"),
        (named("N1", "USA", "A new aggregate"), "the area with code 'USA' has id 'N1', not 'US'"),
    ],
)
def test_an_area_whose_id_code_and_name_do_not_belong_together_is_refused(
    other: dict[str, Any], rule: str, tmp_path: Path
) -> None:
    error = refused(tmp_path, body([USA, other]))
    assert rule in error.failure
    assert error.row == "/1/1"


def test_two_areas_that_exchanged_their_iso_codes_throughout_are_refused(tmp_path: Path) -> None:
    content = body([named("US", "CHN", "United States"), named("CN", "USA", "China")])
    assert "the area with id 'US' has code 'CHN', not 'USA'" in refused(tmp_path, content).failure


def test_an_area_that_nobody_declared_and_one_without_an_iso_code_are_read(tmp_path: Path) -> None:
    rows = [
        USA,
        named("N1", "NEW", "A new aggregate"),
        named("XY", "", "Not classified"),
        named("XY", "INX", "Not classified", "2023"),
    ]
    assert len(rows_of(parsed(tmp_path, body(rows)))) == 4


def test_the_declared_areas_are_those_of_the_area_codes() -> None:
    path = Path(__file__).resolve().parents[3] / "dbt_project/seeds/area_codes/area_codes__world_bank.csv"
    with path.open(encoding="utf-8") as lines:
        area_of = {one["code"]: one["area"] for one in csv.DictReader(lines)}
    declared = [(area[:2], area[2:]) for area in world_bank._AREAS.split()]
    assert {area_of[alpha_2] for alpha_2, _ in declared} == {area for area in area_of.values() if area}
    assert all(area_of[alpha_2] == area_of[alpha_3] for alpha_2, alpha_3 in declared)


def test_a_date_that_is_no_year_is_refused(tmp_path: Path) -> None:
    assert (
        "date is '2025Q4'; it must match pattern '^[0-9]{4}$'" in refused(tmp_path, body([row(year="2025Q4")])).failure
    )


@pytest.mark.parametrize("bad", ["n/a", True])
def test_a_value_that_is_no_number_becomes_a_reject(bad: Any, tmp_path: Path) -> None:
    result = parsed(tmp_path, body([row(), row(year="2023", value=bad)]))
    assert [item["date"] for item in rows_of(result)] == ["2024"]
    (reject,) = result.rejects
    assert reject.pointer == "/1/1"
    assert "value is not double" in reject.reason
