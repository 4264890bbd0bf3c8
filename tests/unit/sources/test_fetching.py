"""What each source requests of its publisher, in which order, and which answers it does not accept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.source import Resource
from orchestration.core.errors import BilateralError, FeedError
from orchestration.sources import bea, eurostat, imf, oecd, ons, patentsview, sec, snb, unctad, uspto, world_bank, wto
from tests.publisher_server import Reply, publisher_server
from tests.unit.sources.fakes import FakeFeed, Request, asked, make_payload
from tests.unit.sources.samples import bea as bea_samples
from tests.unit.sources.samples import imf as imf_samples
from tests.unit.sources.samples import oecd as oecd_samples
from tests.unit.sources.samples import snb as snb_samples
from tests.unit.sources.samples import uspto as uspto_samples
from tests.unit.sources.samples import world_bank as world_bank_samples


def resource_of(source: Any, key: str) -> Resource:
    resources: tuple[Resource, ...] = source.RESOURCES
    return next(resource for resource in resources if resource.key == key)


BEA_URL, WORLD_BANK = "https://apps.bea.gov/api/data/", "https://api.worldbank.org/v2"
OECD = "https://sdmx.oecd.org/public/rest"
OECD_FLOW = f"{OECD}/dataflow/OECD.SDD.TPS/DSD_BATIS@DF_BATIS/1.0"
OECD_BULK = "https://webfs-sdd.oecd.org/files/.Stat/BATIS/OECD-WTO_BATIS_BPM6_December2025_bulk.zip"
OECD_ASKED = {"startPeriod": "2005", "dimensionAtObservation": "AllDimensions", "format": "csvfile"}
OECD_OWN = (
    f"{OECD}/data/OECD.SDD.TPS,DSD_BOP@DF_TIS,1.0/{resource_of(oecd, 'services_reported_by_us_china').ask['key']}"
)
IMF = "https://api.imf.org/external/sdmx/3.0"
IMF_FLOW, IMF_DATA = (
    f"{IMF}/structure/dataflow/IMF.STA/BOP/+",
    f"{IMF}/data/dataflow/IMF.STA/BOP/21.0.0/*.CD_T+DB_T.SH.USD.A",
)
IMF_ASKED = {
    "dimensionAtObservation": "TIME_PERIOD",
    "attributes": "dsd",
    "measures": "all",
    "c[TIME_PERIOD]": "ge:2005-01-01",
}
UNCTAD = "https://unctadstat-api.unctad.org"
UNCTAD_META = f"{UNCTAD}/api/reportMetadata/US.TradeServCatByPartner/en"
UNCTAD_BULK = f"{UNCTAD}/bulkdownload/US.TradeServCatByPartner/US_TradeServCatByPartner"
SEC_HOST, SEC_FOLDER = "https://www.sec.gov", "/files/dera/data/financial-statement-notes-data-sets"
SEC_PAGE = resource_of(sec, "financial_statements").ask["page"]
ONS_FILE = f"{ons._DATASET}/current/servicetypebycountry.xlsx"
VERSIONS, VERSIONS_ASKED = f"{WORLD_BANK}/sources/57/version", {"format": "json", "per_page": "1000", "page": "1"}
PAGE_ASKED = {"format": "json", "per_page": "20000", "page": "1"}
RECEIPTS = f"{WORLD_BANK}/country/all/indicator/BX.GSR.ROYL.CD"


def archive(version: str) -> Request:
    url = f"{WORLD_BANK}/sources/57/series/BX.GSR.ROYL.CD/country/all/version/{version}/time/all"
    return asked(url, **PAGE_ASKED)


def imf_flow(version: str = "21.0.0", updated: str = "2026-06-01T12:00:00Z") -> bytes:
    flow = {
        "id": "BOP",
        "version": version,
        "annotations": [{"id": "lastUpdatedAt", "text": "", "value": updated}, {"type": "x"}],
    }
    return json.dumps({"data": {"dataflows": [flow]}}).encode()


def oecd_flow(note: str = f"Bulk download - all data (478 MB)|{OECD_BULK}") -> bytes:
    notes = [{"type": "LAYOUT_ROW", "title": "COUNTERPART_AREA"}, {"type": "EXT_RESOURCE", "text": note}]
    return json.dumps({"data": {"dataflows": [{"id": "DF", "version": "1.0", "annotations": notes}]}}).encode()


def metadata(**changes: object) -> bytes:
    content = {"name": "US.TradeServCatByPartner", "version": 2231, "lastUpdated": "2026-06-10T09:00:00", **changes}
    return json.dumps(content).encode()


def sec_page(*links: str) -> bytes:
    return "".join(f'<p><a class="x" href="{link}">data</a></p>' for link in links).encode()


PRODUCT = asked("https://api.uspto.gov/api/v1/datasets/products/PVGPATDIS", includeFiles="true")
PATENT_FILE = "https://api.uspto.gov/api/v1/datasets/products/files/PVGPATDIS/g_patent.tsv.zip"


def product(*released: str, **changes: str) -> bytes:
    """The portal's list of files."""
    plain = {"fileName": "g_patent.tsv.zip", "fileDownloadURI": PATENT_FILE, **changes}
    bag = {"count": len(released), "fileDataBag": [{**plain, "fileReleaseDate": day} for day in released]}
    return json.dumps({"count": 1, "bulkDataProductBag": [{"productFileBag": bag}]}).encode()


@dataclass(frozen=True)
class Scenario:
    """A resource, the publisher's answers, the requests in order (all answers by default), and expected stamps."""

    source: Any
    key: str
    answers: Mapping[Request, bytes]
    stamps: tuple[str | None, ...] = (None,)
    statuses: Mapping[Request, int] = field(default_factory=dict)


MANY = [world_bank_samples.row(f"{number}", "", str(1960 + number % 60)) for number in range(20_000)]
LAST = world_bank_samples.page([world_bank_samples.row("last", "")], 2, 20_001)
SCENARIOS = {
    "BEA: an area": Scenario(bea, "china", {asked(BEA_URL, **bea_samples.ASKED): bea_samples.BODY}),
    "Eurostat": Scenario(
        eurostat,
        "euro_rates",
        {
            asked(
                "https://ec.europa.eu/eurostat/api/dissemination/sdmx/2.1/data/ERT_BIL_EUR_A/A.AVG.NAC.USD",
                format="SDMX-CSV",
                startPeriod="1999",
            ): b"DATAFLOW,LAST UPDATE\r\n"
        },
    ),
    "IMF": Scenario(
        imf,
        "ip_charges",
        {asked(IMF_FLOW): imf_flow(), asked(IMF_DATA, **IMF_ASKED): imf_samples.CASES[0].body},
        ("2026-06-01T12:00:00Z 21.0.0",),
    ),
    "OECD: the bulk file": Scenario(
        oecd,
        "balanced_services",
        {asked(OECD_FLOW): oecd_flow(), asked(OECD_BULK): b"PK"},
        (f"Bulk download - all data (478 MB)|{OECD_BULK}",),
    ),
    "OECD: a selection": Scenario(
        oecd, "services_reported_by_us_china", {asked(OECD_OWN, **OECD_ASKED): oecd_samples.services()}
    ),
    "OECD: nothing": Scenario(
        oecd,
        "services_reported_by_us_china",
        {asked(OECD_OWN, **OECD_ASKED): oecd_samples.NOTHING},
        statuses={asked(OECD_OWN, **OECD_ASKED): 404},
    ),
    "PatentsView": Scenario(
        patentsview,
        "co_invention_rates",
        {
            asked(
                "https://raw.githubusercontent.com/romkhun/patentworld/207d4eb9614c5fe12db837b7902e2bedb6abfa6f"
                "/public/data/chapter6/co_invention_rates.json"
            ): b"[]"
        },
    ),
    "SEC: files since 2018, oldest first": Scenario(
        sec,
        "financial_statements",
        {
            asked(SEC_PAGE): sec_page(
                *(f"{SEC_FOLDER}/{name}_notes.zip" for name in ("2024_11", "2009q1", "2017q4", "2018q1", "2020q3")),
                *("/files/aqfsn_1.pdf", "/files/other-data.zip", "#top", f"{SEC_FOLDER}/2024_11_notes.zip#again"),
                *("https://example.org/2024_12_notes.zip", "https://notsec.gov/2024_12_notes.zip"),
                *("http://www.sec.gov/2024_12_notes.zip", "https://www.sec.gov@example.org/2024_12_notes.zip"),
            ),
            **{asked(f"{SEC_HOST}{SEC_FOLDER}/{name}_notes.zip"): b"PK" for name in ("2018q1", "2020q3", "2024_11")},
        },
        ("2018-03-31", "2020-09-30", "2024-11-30"),
    ),
    "ONS": Scenario(
        ons,
        "services_by_partner",
        {
            asked(ons.CARD.homepage): sec_page(
                f"https://example.org/file?uri={ONS_FILE}", f"/file?uri={ONS_FILE}", "/file?uri=/other/current/x.xlsx"
            ),
            asked("https://www.ons.gov.uk/file", uri=ONS_FILE): b"PK",
        },
    ),
    "SNB": Scenario(snb, "licence_fees_received", {asked(snb._URL, dimSel="D1(L),D2(E)"): snb_samples.BODY}),
    "UNCTAD": Scenario(
        unctad,
        "services_by_partner",
        {asked(UNCTAD_META): metadata(), asked(UNCTAD_BULK): b"PK"},
        ("2026-06-10T09:00:00 version 2231",),
    ),
    "USPTO: the newest release": Scenario(
        uspto,
        "g_patent",
        {PRODUCT: product("2026-04-10 00:02:57", "2026-01-10 00:02:57"), asked(PATENT_FILE): b"PK"},
        ("2026-04-10 00:02:57",),
    ),
    "World Bank: every page": Scenario(
        world_bank,
        "ip_receipts",
        {
            asked(RECEIPTS, **PAGE_ASKED, source="2"): world_bank_samples.page(MANY, 1, 20_001),
            asked(RECEIPTS, **{**PAGE_ASKED, "page": "2"}, source="2"): LAST,
        },
        (None, None),
    ),
    "World Bank: archived versions since 2018": Scenario(
        world_bank,
        "ip_receipts_archive",
        {
            asked(VERSIONS, **VERSIONS_ASKED): world_bank_samples.versions_body(
                "202402", "198904", "201712", "201801", "202607"
            ),
            archive("201801"): world_bank_samples.ARCHIVED,
            archive("202402"): world_bank_samples.ARCHIVED,
        },
        ("201801", "202402"),
    ),
    "WTO": Scenario(
        wto, "services_annual", {asked("https://stats.wto.org/assets/UserGuide/services_annual_dataset.zip"): b"PK"}
    ),
}
"""The version of July 2026 is left out on 1 July 2026: its month still runs."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_source_requests_what_it_needs_in_order(name: str) -> None:
    scenario = SCENARIOS[name]
    feed = FakeFeed(scenario.answers, scenario.statuses)
    answers = list(scenario.source.fetch(resource_of(scenario.source, scenario.key), feed))
    assert [asked(url, **params) for url, params in feed.requests] == list(scenario.answers)
    assert tuple(answer.origin.stamp for answer in answers) == scenario.stamps


FAULT = b'<S:Envelope xmlns:S="x"><S:Body><S:Fault><faultstring>EXTRACTION_TOO_BIG</faultstring></S:Fault></S:Body></S:Envelope>'
WARNING = b'{"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated later."}}'
BUSY = b'{"message": "Resource busy", "code": "1"}'
REFUSED: list[tuple[str, Request, bytes, str]] = [
    ("Eurostat", next(iter(SCENARIOS["Eurostat"].answers)), WARNING, "ASYNCHRONOUS_RESPONSE"),
    ("Eurostat", next(iter(SCENARIOS["Eurostat"].answers)), FAULT, "EXTRACTION_TOO_BIG"),
    ("Eurostat", next(iter(SCENARIOS["Eurostat"].answers)), b"", "it must be delimited text that begins with DATAFLOW"),
    ("IMF", asked(IMF_FLOW), imf_flow(version=""), "the flow lacks its version or lastUpdatedAt"),
    ("IMF", asked(IMF_DATA, **IMF_ASKED), BUSY, "cannot be read: KeyError: 'data'"),
    ("IMF", asked(IMF_DATA, **IMF_ASKED), imf_samples.answer(), "cannot be read: KeyError: 'a series'"),
    ("OECD: nothing", asked(OECD_OWN, **OECD_ASKED), b"NoSuchFlow", "HTTP 404 with b'NoSuchFlow'"),
    ("OECD: the bulk file", asked(OECD_FLOW), oecd_flow(""), "it must name the bulk file of a month"),
    ("OECD: the bulk file", asked(OECD_FLOW), oecd_flow(OECD_BULK.replace("December2025", "Smarch2025")), "of a month"),
    (
        "OECD: the bulk file",
        asked(OECD_FLOW),
        oecd_flow(OECD_BULK.replace("oecd.org", "oecd.org.example")),
        "of a month",
    ),
    ("UNCTAD", asked(UNCTAD_META), metadata(lastUpdated="10/06/2026"), "'10/06/2026' does not begin with an ISO date"),
    ("ONS", asked(ons.CARD.homepage), sec_page("/file?uri=/current/x.xlsx"), "links no .xlsx file of this data set"),
    ("SEC: files since 2018, oldest first", asked(SEC_PAGE), sec_page("/x.pdf"), "named after a quarter or a month"),
    ("SEC: files since 2018, oldest first", asked(SEC_PAGE), sec_page("/2012q1_notes.zip"), "named after a quarter"),
    ("USPTO: the newest release", PRODUCT, b'{"count": 0, "bulkDataProductBag": []}', "keys missing: ['0']"),
    ("USPTO: the newest release", PRODUCT, product("2026-04-10", fileName="g.zip"), "no file g_patent.tsv.zip in the"),
    (
        "USPTO: the newest release",
        PRODUCT,
        product("2026-04-10", fileDownloadURI="https://elsewhere.example.org/g_patent.tsv.zip"),
        "fileDownloadURI is",
    ),
    *(
        ("World Bank: archived versions since 2018", asked(VERSIONS, **VERSIONS_ASKED), body, rule)
        for body, rule in (
            (world_bank_samples.versions_body("201712"), "0 of them from 201801 on"),
            (world_bank_samples.versions_body("202407", total=2), "lists 1 of 2 versions"),
            (world_bank_samples.versions_body("202407", "202413"), "be named like 202407"),
            (world_bank_samples.versions_body("202407").replace(b'"57"', b'"2"'), "is not a list of versions"),
        )
    ),
]


@pytest.mark.parametrize(("name", "request_", "body", "rule"), REFUSED)
def test_unexpected_answers_end_the_fetch(name: str, request_: Request, body: bytes, rule: str) -> None:
    scenario = SCENARIOS[name]
    feed = FakeFeed({**scenario.answers, request_: body}, scenario.statuses)
    with pytest.raises(BilateralError) as refusal:
        list(scenario.source.fetch(resource_of(scenario.source, scenario.key), feed))
    assert rule in refusal.value.failure
    assert refusal.value.publisher == scenario.source.CARD.publisher
    assert asked(feed.requests[-1][0], **feed.requests[-1][1]) == request_


def test_sec_requests_have_a_contact_and_stop_after_403(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (resource,) = sec.RESOURCES
    replies = {SEC_PAGE: Reply(sec_page(f"{SEC_FOLDER}/2024_11_notes.zip"), headers={"Content-Type": "text/html"})}
    with publisher_server(lambda request: replies.get(request.url, Reply(b"Rate Threshold Exceeded", 403))) as server:
        monkeypatch.delenv("BILATERAL_CONTACT", raising=False)
        with pytest.raises(FeedError, match="BILATERAL_CONTACT"):
            list(sec.fetch(resource, server.live_feed(tmp_path)))
        assert server.asked == []
        monkeypatch.setenv("BILATERAL_CONTACT", "A Tester tester@example.org")
        feed = server.live_feed(tmp_path)
        for _ in range(2):
            with pytest.raises(FeedError):
                list(sec.fetch(resource, feed))
    assert [request.url for request in server.asked] == [SEC_PAGE, f"{SEC_HOST}{SEC_FOLDER}/2024_11_notes.zip"]
    assert {request.headers["from"] for request in server.asked} == {"A Tester tester@example.org"}


def test_a_dropped_patent_table_needs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USPTO_API_KEY", raising=False)
    patents, body, drop = uspto.RESOURCES[0], uspto_samples.CASES[0].body, tmp_path / "drop" / "uspto"
    drop.mkdir(parents=True)
    (drop / "g_patent_2026-01-15.tsv.zip").write_bytes(body)
    with publisher_server(lambda _: Reply(b"not found", 404)) as server:
        (answer,) = uspto.fetch(patents, server.live_feed(tmp_path))
        (parsed,) = uspto.parse(make_payload(tmp_path, answer.origin, answer.read()))
        assert parsed.vintage == date(2026, 1, 15)
        (drop / "g_patent_2026-01-15.tsv.zip").unlink()
        with pytest.raises(FeedError, match="USPTO_API_KEY"):
            list(uspto.fetch(patents, server.live_feed(tmp_path)))
        assert server.asked == []
