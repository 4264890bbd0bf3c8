"""World Bank: one page of an indicator and one of an archived version."""

import json
from typing import Any

from orchestration.sources import world_bank
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

TITLE = "Charges for the use of intellectual property, receipts (BoP, current US$)"
ASKED = {"format": "json", "per_page": "20000", "page": "1"}
ARCHIVE_URL = "https://api.worldbank.org/v2/sources/57/series/BX.GSR.ROYL.CD/country/all/version/202407/time/all"


def row(area: str = "US", iso3: str = "USA", year: str = "2024", value: float | None = 1.5) -> dict[str, Any]:
    return {
        "indicator": {"id": "BX.GSR.ROYL.CD", "value": TITLE},
        "country": {"id": area, "value": f"area {area}"},
        "countryiso3code": iso3,
        "date": year,
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }


def page(rows: list[Any], number: int = 1, total: int | None = None) -> bytes:
    count = len(rows) if total is None else total
    envelope = {"page": number, "pages": -(-count // 20000), "per_page": 20000, "total": count, "sourceid": "2"}
    return json.dumps([{**envelope, "lastupdated": "2026-07-01"}, rows]).encode()


def versions_body(*versions: str, total: int | None = None) -> bytes:
    variables = [{"id": version, "value": version} for version in versions]
    source = {"id": "57", "name": "WDI Database Archives", "concept": [{"id": "version", "variable": variables}]}
    count = len(versions) if total is None else total
    return json.dumps({"page": 1, "pages": 1, "per_page": "1000", "total": count, "source": [source]}).encode()


def archived_row(
    version: str, area: str = "USA", year: int = 2023, value: object = 5.0, **labels: str
) -> dict[str, Any]:
    variables = {
        "Country": (area, labels.get("name", area)),
        "Series": (labels.get("series", "BX.GSR.ROYL.CD"), labels.get("title", TITLE)),
        "Version": (version, version),
        "Time": (f"YR{year}", str(year)),
    }
    listed = [{"concept": concept, "id": code, "value": label} for concept, (code, label) in variables.items()]
    return {"variable": listed, "value": value}


def archived_body(rows: list[dict[str, Any]]) -> bytes:
    envelope = {"page": 1, "pages": 1, "per_page": 20000, "total": len(rows), "lastupdated": "2026-07-01"}
    return json.dumps({**envelope, "source": {"id": "57", "name": "WDI Database Archives", "data": rows}}).encode()


PAGE = page([row(), row(year="2023", value=None), row("XD", "", value=7)])
SECOND = page([row()], 2, 20_001)
ARCHIVED = archived_body([archived_row("202407"), archived_row("202407", "CHN", value=None)])
MESSAGE = '[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
XML = (
    '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<wb:error xmlns:wb="http://www.worldbank.org">\n'
    '  <wb:message id="175" key="Invalid format">The indicator was not found.</wb:message>\n</wb:error>'
)
REFUSED: tuple[Refusal, ...] = (
    ("current US$", "% of GDP", "does not name the unit 'current US$'", "/1/0"),
    ('"unit": ""', '"unit": "millions"', "unit is 'millions'; it must be empty", "/1/0"),
    ("BX.GSR.ROYL.CD", "BM.GSR.ROYL.CD", "series 'BM.GSR.ROYL.CD' answered, not BX.GSR.ROYL.CD", "/1/0"),
    ('"page": 1', '"page": 2', "page 2 of 20000 rows answered, not page 1 of 20000", None),
    ('"pages": 1', '"pages": 2', "2 pages announced; 3 rows make 1", None),
    ('"sourceid": "2"', '"sourceid": "57"', "database '57' answered, not 2", None),
    ("2026-07-01", "July 2026", "'July 2026' does not begin with an ISO date", "/0/lastupdated"),
    ('"2023"', '"2024"', "country_id, date repeated: ('US', '2024')", "/1/1"),
    ('"2023"', '"2025Q4"', "date is '2025Q4'; it must be a year", "/1/1"),
    (PAGE.decode(), MESSAGE, "The provided parameter value is not valid", "/0/message"),
    (PAGE.decode(), XML, "the answer is 'The indicator was not found.'; it must be JSON", None),
)
ARCHIVED_REFUSED: tuple[Refusal, ...] = (
    ("current US$", "constant 2015 US$", "does not name the unit 'current US$'", "/source/data/0"),
    ("BX.GSR.ROYL.CD", "BM.GSR.ROYL.CD", "series 'BM.GSR.ROYL.CD' answered", "/source/data/0"),
    ('"202407"', '"202406"', "version '202406' was not requested, but 202407", "/source/data/0"),
    ("YR2023", "YR2023Q4", "time 'YR2023Q4' is not a year (YR2024)", "/source/data/0"),
    ('"CHN"', '"USA"', "Country_id, Time_id repeated: ('USA', 'YR2023')", "/source/data/1"),
    ('"id": "57"', '"id": "2"', "database '2' answered, not 57", None),
    ('"total": 2', '"total": 3', "2 rows; page 1 of 3 rows in all must have 3", None),
    (ARCHIVED.decode(), MESSAGE, "The provided parameter value is not valid", "/0/message"),
)
CASES = [
    Case(
        make_origin(world_bank.CARD, "ip_receipts", PAGE, parameters={**ASKED, "source": "2"}),
        PAGE,
        {"indicators": 3},
        {"country_id": "US", "countryiso3code": "USA", "value": 1.5, "payload_pointer": "/1/0"},
        "2026-07-01",
        REFUSED,
    ),
    Case(
        make_origin(world_bank.CARD, "ip_receipts", SECOND, parameters={**ASKED, "page": "2", "source": "2"}),
        SECOND,
        {"indicators": 1},
        {"country_id": "US"},
        "2026-07-01",
        (('"total": 20001', '"total": 20002', "1 rows; page 2 of 20002 rows in all must have 2", None),),
    ),
    Case(
        make_origin(world_bank.CARD, "ip_receipts_archive", ARCHIVED, url=ARCHIVE_URL, parameters=ASKED),
        ARCHIVED,
        {"archives__indicators": 2},
        {"Country_id": "USA", "Version_id": "202407", "value": 5.0, "payload_pointer": "/source/data/0"},
        "2024-07-31",
        ARCHIVED_REFUSED,
    ),
]
