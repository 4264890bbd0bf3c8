"""Synthetic bulk files in the publishers' own layouts, and the way of an answer from a local publisher to raw rows. No test here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Resource, Source
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.sources import sec, unctad, world_bank, wto
from tests.archives import seven_zipped, zipped
from tests.publisher_server import Asked, PublisherServer, Reply, publisher_server

ZIP = {"Content-Type": "application/x-zip-compressed", "Last-Modified": "Wed, 22 Apr 2026 19:59:32 GMT", "ETag": '"7"'}
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


def resource_of(source: Source, key: str) -> Resource:
    return next(resource for resource in source.RESOURCES if resource.key == key)


def text(header: Iterable[str], rows: Iterable[Mapping[str, object]], delimiter: str = ",") -> str:
    """Lines of a table, the first with its columns; a cell that a row does not name is empty."""
    names = list(header)
    lines = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    return "".join(delimiter.join(cells) + "\n" for cells in lines)


# --- WTO: the bulk file of services by sector and partner, and digitally delivered services

WTO_ROW = {
    "IndicatorCategory": "Trade in Commercial Services",
    "IndicatorCode": "ITS_CS_AX6",
    "Indicator": "Commercial services exports by sector and partner - annual",
    "ReporterCode": "392",
    "ReporterISO3A": "JPN",
    "Reporter": "Japan",
    "PartnerCode": "156",
    "PartnerISO3A": "CHN",
    "Partner": "China",
    "ProductClassificationCode": "BOP6",
    "ProductClassification": "Services (EBOPS 2010)",
    "ProductCode": "SH",
    "Product": "Charges for the use of intellectual property n.i.e.",
    "PeriodCode": "A",
    "Period": "Annual",
    "FrequencyCode": "A",
    "Frequency": "Annual",
    "UnitCode": "USM",
    "Unit": "Million US dollar",
    "Year": "2023",
    "ValueFlagCode": "",
    "ValueFlag": "",
    "Value": "1234.5",
}


def wto_rows(*changes: Mapping[str, object], header: Iterable[str] = WTO_ROW) -> str:
    return text(header, [{**WTO_ROW, **change} for change in changes])


def wto_file(content: str, encoding: str = "cp1252") -> bytes:
    return zipped({"services_annual_dataset.csv": content.encode(encoding)})


DELIVERED_ROW = {
    "REPORTER_CODE": "NA",
    "REPORTER_NAME": "Namibia",
    "PARTNER": "WL",
    "FLOW": "X",
    "INDICATOR": "DDS",
    "INDICATOR_NAME": "Digitally delivered services",
    "MODE": "M1",
    "YEAR": "2022",
    "UNIT": "Million US dollar",
    "VALUE": "123.5",
    "BREAKING_SERIES": "",
}


def delivered_rows(*changes: Mapping[str, object]) -> str:
    return text(DELIVERED_ROW, [{**DELIVERED_ROW, **change} for change in changes])


# --- UNCTAD: services by category and partner, digitally deliverable services

UNCTAD_VALUE = "US$ at current prices in millions"
UNCTAD_ROW = {
    "Year": "2023",
    "Economy": "840",
    "Economy Label": "United States of America",
    "Partner": "156",
    "Partner Label": "China",
    "Flow": "02",
    "Flow Label": "Exports",
    "Category": "SH",
    "Category Label": "Charges for the use of intellectual property n.i.e.",
    UNCTAD_VALUE: "8120.25",
    f"{UNCTAD_VALUE} Footnote": "",
    f"{UNCTAD_VALUE} Missing value": "",
    "Percentage of total world": "1.5",
    "Percentage of total world Footnote": "",
    "Percentage of total world Missing value": "",
    "Percentage of total trade in services": "",
    "Growth rate over previous period": "",
}
DELIVERABLE_COLUMNS = [name for name in UNCTAD_ROW if not name.startswith(("Partner", "Category"))]


def unctad_rows(*changes: Mapping[str, object], header: Iterable[str] = UNCTAD_ROW) -> str:
    return "\ufeff" + text(header, [{**UNCTAD_ROW, **change} for change in changes])


def unctad_file(content: str) -> bytes:
    return seven_zipped({"US_TradeServCatByPartner.csv": content.encode()})


def unctad_metadata(updated: object = "2026-08-10T09:00:00", version: object = 2231) -> bytes:
    return json.dumps({"name": "US.TradeServCatByPartner", "version": version, "lastUpdated": updated}).encode()


# --- World Bank: archived versions

TITLE = "Charges for the use of intellectual property, receipts (BoP, current US$)"


def versions_body(*versions: str, total: int | None = None) -> bytes:
    variables = [{"id": version, "value": version} for version in versions]
    source = {"id": "57", "name": "WDI Database Archives", "concept": [{"id": "version", "variable": variables}]}
    count = len(versions) if total is None else total
    return json.dumps({"page": 1, "pages": 1, "per_page": "1000", "total": count, "source": [source]}).encode()


def archived_row(
    version: str, area: str = "USA", year: int = 2023, value: object = 5.0, **changes: str
) -> dict[str, Any]:
    variables = {
        "Country": (area, changes.get("name", area)),
        "Series": (changes.get("series", "BX.GSR.ROYL.CD"), changes.get("title", TITLE)),
        "Version": (changes.get("answered", version), version),
        "Time": (changes.get("time", f"YR{year}"), str(year)),
    }
    return {
        "variable": [{"concept": name, "id": one, "value": label} for name, (one, label) in variables.items()],
        "value": value,
    }


def archived_body(
    rows: list[dict[str, Any]], *, page: int = 1, total: int | None = None, database: str = "57"
) -> bytes:
    count = len(rows) if total is None else total
    source = {"id": database, "name": "WDI Database Archives", "data": rows}
    envelope = {
        "page": page,
        "pages": -(-count // 20000),
        "per_page": 20000,
        "total": count,
        "lastupdated": "2026-07-01",
    }
    return json.dumps({**envelope, "source": source}).encode()


# --- SEC: a quarter's file

SUB_COLUMNS = ["adsh", "cik", "name", "sic", "countryba", "form", "period", "fy", "fp", "filed", "accepted", "instance"]
NUM_COLUMNS = [
    *("adsh", "tag", "version", "ddate", "qtrs", "uom", "dimh", "iprx", "value"),
    *("footnote", "footlen", "dimn", "coreg", "durp", "datp", "dcml"),
]
DIM_COLUMNS = ["dimhash", "segments", "segt"]
CHINA, REST, CHINA_LICENCES = "0xc1", "0xc2", "0xc3"
SUB_ROW = {
    "adsh": "0000804328-24-000075",
    "cik": "804328",
    "name": "QUALCOMM INC/DE",
    "sic": "3663",
    "countryba": "US",
    "form": "10-K",
    "period": "20240930",
    "fy": "2024",
    "fp": "FY",
    "filed": "20241106",
    "accepted": "2024-11-06 16:05:00.0",
    "instance": "qcom-20240929_htm.xml",
}
NUM_ROW = {
    "adsh": SUB_ROW["adsh"],
    "tag": "Revenues",
    "version": "us-gaap/2024",
    "ddate": "20240930",
    "qtrs": "4",
    "uom": "USD",
    "dimh": CHINA,
    "iprx": "0",
    "value": "1000000.0000",
    "footlen": "0",
    "dimn": "1",
    "durp": "0.0",
    "datp": "1.0",
    "dcml": "-6",
}
DIM_ROWS = [
    {"dimhash": "0x00000000", "segments": "", "segt": "0"},
    {"dimhash": CHINA, "segments": "Geographical=CN;", "segt": "0"},
    {"dimhash": REST, "segments": "Geographical=OtherForeignCountries;", "segt": "0"},
    {"dimhash": CHINA_LICENCES, "segments": "Geographical=CN;ProductOrService=LicenseAndService;", "segt": "0"},
]


def sec_members(
    numbers: Iterable[Mapping[str, object]] = ({},),
    dimensions: Iterable[Mapping[str, object]] = DIM_ROWS,
    submissions: Iterable[Mapping[str, object]] = ({},),
) -> dict[str, bytes]:
    return {
        "sub.tsv": text(SUB_COLUMNS, [{**SUB_ROW, **one} for one in submissions], "\t").encode(),
        "dim.tsv": text(DIM_COLUMNS, dimensions, "\t").encode(),
        "num.tsv": text(NUM_COLUMNS, [{**NUM_ROW, **one} for one in numbers], "\t").encode(),
        "readme.htm": b"<html></html>",
    }


def sec_page(*links: str) -> bytes:
    return "".join(f'<p><a href="{link}">data</a></p>' for link in links).encode()


SEC_FOLDER = "/files/dera/data/financial-statement-notes-data-sets"

# --- the way of an answer


@contextmanager
def answering(answers: Mapping[str, object], headers: Mapping[str, str] = ZIP) -> Iterator[PublisherServer]:
    """A publisher with one answer (bytes or Reply) to each address; of a list the next one each time, the last one for good."""
    left: dict[str, list[Any]] = {
        url: list(reply) if isinstance(reply, list) else [reply] for url, reply in answers.items()
    }

    def publisher(asked: Asked) -> Reply:
        waiting = left.get(asked.url, [Reply(b"not found", 404)])
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return reply if isinstance(reply, Reply) else Reply(reply, headers=headers)

    with publisher_server(publisher) as server:
        yield server


def stored(source: Source, resource: Resource, server: PublisherServer, folder: Path) -> list[Payload]:
    """What a fetch through the real client brings, as the real landing stores it."""
    landing = PayloadStore(folder / "landing")
    return [landing.store(answer) for answer in source.fetch(resource, server.live_feed(folder))]


def parsed(source: Source, payloads: Iterable[Payload]) -> dict[str, list[Parsed]]:
    """What a source reads in payloads, by table."""
    tables: dict[str, list[Parsed]] = {}
    for payload in payloads:
        for result in source.parse(payload):
            rows = tuple(result.batches)
            tables.setdefault(result.table, []).append(Parsed(result.table, result.vintage, rows, result.rejects))
    return tables


def rows_of(results: Iterable[Parsed]) -> list[dict[str, Any]]:
    return [row for result in results for batch in result.batches for row in batch.to_pylist()]


ANNUAL_URL = "https://stats.wto.org/assets/UserGuide/services_annual_dataset.zip"
UNCTAD_METADATA_URL = "https://unctadstat-api.unctad.org/api/reportMetadata/US.TradeServCatByPartner/en"
UNCTAD_URL = "https://unctadstat-api.unctad.org/bulkdownload/US.TradeServCatByPartner/US_TradeServCatByPartner"
VERSIONS_URL = "https://api.worldbank.org/v2/sources/57/version"
ARCHIVE_URL = "https://api.worldbank.org/v2/sources/57/series/BX.GSR.ROYL.CD/country/all/version/202407/time/all"
SEC_PAGE = "https://www.sec.gov/data-research/sec-markets-data/financial-statement-notes-data-sets"
SEC_URL = f"https://www.sec.gov{SEC_FOLDER}/2024_11_notes.zip"

WHOLE: dict[str, tuple[Source, Resource, str, dict[str, bytes]]] = {
    "wto": (wto, resource_of(wto, "services_annual"), ANNUAL_URL, {ANNUAL_URL: wto_file(wto_rows({}))}),
    "unctad": (
        unctad,
        resource_of(unctad, "services_by_partner"),
        UNCTAD_URL,
        {UNCTAD_METADATA_URL: unctad_metadata(), UNCTAD_URL: unctad_file(unctad_rows({}))},
    ),
    "world_bank": (
        world_bank,
        resource_of(world_bank, "ip_receipts_archive"),
        ARCHIVE_URL,
        {VERSIONS_URL: versions_body("202407"), ARCHIVE_URL: archived_body([archived_row("202407")])},
    ),
    "sec": (
        sec,
        resource_of(sec, "financial_statements"),
        SEC_URL,
        {SEC_PAGE: sec_page(f"{SEC_FOLDER}/2024_11_notes.zip"), SEC_URL: zipped(sec_members())},
    ),
}
"""Of every publisher of bulk files: the module, a resource, the address of its file, and whole answers to every request."""
