"""A whole crawl of BEA: keys first, then every area and service, each known to staging; and what stops it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.payload import Payload
from orchestration.contracts.source import Resource
from orchestration.core.errors import PayloadError
from orchestration.sources import bea
from tests.publisher_server import Asked, PublisherServer, Reply, publisher_server
from tests.unit.on_duckdb import PROJECT
from tests.unit.sources.bulk import JSON, parsed, resource_of, rows_of, stored
from tests.unit.sources.staged import raw_table, staged

pytestmark = pytest.mark.slow

KEY = "0123ABCD-0123-4567-89AB-0123456789AB"
AREA_KEYS, SERVICE_KEYS = resource_of(bea, "area_keys"), resource_of(bea, "service_keys")
AREAS = [resource.ask["AreaOrCountry"] for resource in bea.RESOURCES if "AreaOrCountry" in resource.ask]


def seeded(name: str) -> dict[str, dict[str, str]]:
    with (PROJECT / "seeds" / name.split("__")[0] / f"{name}.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


SERVICES = list(seeded("item_codes__bea"))


@pytest.fixture(autouse=True)
def key_and_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEA_API_KEY", KEY)
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def envelope(asked: Asked, results: dict[str, Any]) -> bytes:
    """BEA's answer, which repeats the request and the caller's key with it."""
    echo = [{"ParameterName": name.upper(), "ParameterValue": value} for name, value in asked.params.items()]
    return json.dumps({"BEAAPI": {"Request": {"RequestParam": echo}, "Results": results}}).encode()


def figure(area: str, service: str, direction: str) -> dict[str, str]:
    return {
        "TypeOfService": service,
        "TradeDirection": direction,
        "Affiliation": "AllAffiliations",
        "AreaOrCountry": area,
        "Year": "2023",
        "TimeSeriesId": f"TSI_Ist{service}{direction[:3]}{area}AllAff_A",
        "TimeSeriesDescription": "",
        "TimePeriod": "2023",
        "CL_UNIT": "USD",
        "UNIT_MULT": "6",
        "DataValue": "1,234",
        "NoteRef": "",
    }


def publisher(areas: list[str] = AREAS, services: list[str] = SERVICES) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        if asked.params["method"] == "GetParameterValues":
            keys = {"AreaOrCountry": areas, "TypeOfService": services}[asked.params["ParameterName"]]
            values = [{"Key": key, "Desc": f"The key {key}"} for key in keys]
            return Reply(envelope(asked, {"ParamValue": values}), headers=JSON)
        area = asked.params["AreaOrCountry"]
        data = [figure(area, service, direction) for service in services for direction in ("Exports", "Imports")]
        results = {"TsLastUpdated": "2024-07-03 10:00:00.000", "Data": data, "Notes": []}
        return Reply(envelope(asked, results), headers=JSON)

    return answer


def crawl(server: PublisherServer, folder: Path, resources: tuple[Resource, ...] = bea.RESOURCES) -> list[Payload]:
    return [payload for resource in resources for payload in stored(bea, resource, server, folder)]


def test_a_whole_crawl_passes_staging_with_every_area_and_service_mapped(tmp_path: Path) -> None:
    with publisher_server(publisher()) as server:
        payloads = crawl(server, tmp_path)
    assert [asked.params["method"] for asked in server.asked] == ["GetParameterValues"] * 2 + ["GetData"] * 90
    assert not any(KEY.encode() in payload.read() for payload in payloads)
    tables = parsed(bea, payloads)
    rows = staged(
        "stg_bea__bilateral_services", raw_table(bea.TABLES["bilateral_services"], tables["bilateral_services"])
    )
    assert not [row for row in rows if None in (row["partner"], row["item"], row["flow"], row["value"])]
    mapped = {row["item"] for row in seeded("item_codes__bea").values() if row["item"]}
    assert {row["item"] for row in rows} == mapped
    assert len({row["partner"] for row in rows}) == len(AREAS) == 90
    keys = {(row["partner"], row["flow"], row["item"], row["year"]) for row in rows}
    assert len(keys) == len(rows) == 90 * 2 * len(mapped), "no two of BEA's keys mean the same area or item"
    listed = staged("stg_bea__parameter_values", raw_table(bea.TABLES["parameter_values"], tables["parameter_values"]))
    assert len(listed) == 90 + len(SERVICES)
    assert all(row["mapped_code"] == row["code"] for row in listed)


@pytest.mark.parametrize(
    ("areas", "words"),
    [
        ([*AREAS, "Atlantis"], "new ['Atlantis'], gone []"),
        ([area for area in AREAS if area != "China"], "new [], gone ['China']"),
        (["ChinaMainland" if area == "China" else area for area in AREAS], "new ['ChinaMainland'], gone ['China']"),
    ],
)
def test_a_changed_list_of_areas_stops_before_the_first_figure(areas: list[str], words: str, tmp_path: Path) -> None:
    with publisher_server(publisher(areas)) as server, pytest.raises(PayloadError) as refusal:
        crawl(server, tmp_path)
    assert words in refusal.value.failure
    assert len(server.asked) == 1


def test_a_service_that_no_mapping_knows_is_shown_by_its_key(tmp_path: Path) -> None:
    with publisher_server(publisher(services=[*SERVICES, "QuantumServices"])) as server:
        tables = parsed(bea, crawl(server, tmp_path, (SERVICE_KEYS,)))
    rows = staged("stg_bea__parameter_values", raw_table(bea.TABLES["parameter_values"], tables["parameter_values"]))
    assert [row["code"] for row in rows if row["mapped_code"] is None] == ["QuantumServices"]


def test_figures_of_all_areas_have_one_vintage(tmp_path: Path) -> None:
    with publisher_server(publisher(services=["ChargesForTheUseOfIpNie"])) as server:
        tables = parsed(
            bea, crawl(server, tmp_path, tuple(resource_of(bea, key) for key in ("china", "eu", "all_countries")))
        )
    assert {str(result.vintage) for result in tables["bilateral_services"]} == {"2024-07-03"}
    assert {row["AreaOrCountry"] for row in rows_of(tables["bilateral_services"])} == {"China", "EU", "AllCountries"}
