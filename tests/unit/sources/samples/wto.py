"""WTO: one page of the Timeseries API, the bulk file of services, and digitally delivered services."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from orchestration.sources import wto
from tests.archives import zipped
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal, table

ASKED = {"i": "ITS_CS_AX6", "r": "840", "p": "156", "off": "0"}
PLAIN = {
    **dict.fromkeys(wto.TABLES["bilateral_services"].names, ""),
    "IndicatorCode": "ITS_CS_AX6",
    "ReportingEconomyCode": "840",
    "PartnerEconomyCode": "156",
    "ProductOrSectorClassificationCode": "BOP6",
    "ProductOrSectorCode": "SH",
    "UnitCode": "USM",
    "Year": 2016,
    "Value": 7960.0,
}
ROW = {
    "IndicatorCode": "ITS_CS_AX6",
    "ReporterCode": "384",
    "Reporter": "Côte d’Ivoire",
    "PartnerCode": "156",
    "Partner": "China",
    "ProductClassificationCode": "BOP6",
    "ProductCode": "SH",
    "FrequencyCode": "A",
    "Frequency": "Annual",
    "UnitCode": "USM",
    "Unit": "Million US dollar",
    "Year": "2023",
    "ValueFlagCode": "",
    "ValueFlag": "",
    "Value": "1234.5",
}
OLD = {**ROW, "IndicatorCode": "ITS_CS_AX5", "ProductClassificationCode": "BOP5", "ProductCode": "S200"}
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
PAGE = json.dumps({"Dataset": [PLAIN, {**PLAIN, "Year": 2017, "Value": None}]}).encode()
DELIVERED = table(DELIVERED_ROW, DELIVERED_ROW, {**DELIVERED_ROW, "FLOW": "M", "VALUE": ""})
FIRST = "/Dataset/0"
PAGE_REFUSED: tuple[Refusal, ...] = (
    ("AX6", "AM6", "IndicatorCode is 'ITS_CS_AM6', not 'ITS_CS_AX6'", FIRST),
    ('"156"', '"000"', "PartnerEconomyCode is '000', not '156'", FIRST),
    ("2017", "2016", "ProductOrSectorCode, Year repeated", "/Dataset/1"),
)
REFUSED: tuple[Refusal, ...] = (
    (",USM,", ",USD,", "UnitCode is 'USD'; it must be one of ['USM']", "row 1"),
    ("ITS_CS_AX5", "ITS_MTV_AX", "IndicatorCode is 'ITS_MTV_AX'; it must be one of", "row 2"),
    (",2023,,", ",2023,Z,", "ValueFlagCode is 'Z'; it must be one of ['B', 'C', 'E']", "row 1"),
)
DELIVERED_REFUSED: tuple[Refusal, ...] = (
    ("Million US", "Thousand US", "UNIT is 'Thousand US dollar'; it must be one of ['Million US dollar'", "row 1"),
    (",WL,", ",CN,", "PARTNER is 'CN'; it must be one of ['000', 'W00', 'WL', 'WLD', 'World']", "row 1"),
    (",X,", ",B,", "FLOW is 'B'; it must be one of ['M', 'X']", "row 1"),
)


def annual(header: Iterable[str] = ROW, encoding: str = "utf-8") -> bytes:
    return zipped({"services_annual_dataset.csv": table(header, ROW, OLD).encode(encoding)})


CASES = [
    Case(
        make_origin(wto.CARD, "us_china_services_exports", PAGE, parameters=ASKED),
        PAGE,
        {"bilateral_services": 2},
        {"Year": 2016, "Value": 7960.0, "payload_pointer": FIRST},
        "2026-07-01",
        PAGE_REFUSED,
    ),
    Case(
        replace(make_origin(wto.CARD, "services_annual", annual()), publisher_last_updated=date(2026, 4, 22)),
        annual(),
        {"annual__bilateral_services": 1},
        {"Reporter": "Côte d’Ivoire", "Year": 2023, "Value": 1234.5, "payload_pointer": "row 1"},
        "2026-04-22",
        REFUSED,
        (annual(["Note", *reversed(ROW)]), annual(encoding="cp1252")),
    ),
    Case(
        make_origin(wto.CARD, "digitally_delivered", DELIVERED.encode(), file_name="DDS_bulk_download.csv"),
        DELIVERED.encode(),
        {"delivered__indicators": 2},
        {"REPORTER_CODE": "NA", "VALUE": 123.5},
        "2026-07-01",
        DELIVERED_REFUSED,
        (zipped({"DDS_bulk_download.csv": DELIVERED.encode()}),),
    ),
]
