"""UNCTAD: one answer of Data360 and the two bulk files."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from orchestration.sources import unctad
from tests.archives import seven_zipped, zipped
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal, table

ASKED = {"DATABASE_ID": "UNCTAD_DE", "INDICATOR": "UNCTAD_DE_DIG_SERVTRADE_ANN_EXP"}
PLAIN: dict[str, Any] = {
    **dict.fromkeys(unctad.TABLES["indicators"].names, "_T"),
    **ASKED,
    "OBS_VALUE": "1.0",
    "UNIT_MULT": 6,
    "LATEST_DATA": False,
    "REF_AREA": "USA",
    "TIME_PERIOD": "2023",
}
MISSING = {**PLAIN, "TIME_PERIOD": "2022", "OBS_VALUE": None, "OBS_STATUS": "O", "UNIT_MULT": "6"}
PAGE = json.dumps({"count": 2, "value": [PLAIN, MISSING]}).encode()
VALUE = "US$ at current prices in millions"
SHARE = "Percentage of total world"
ROW = {
    "Year": "2023",
    "Economy": "840",
    "Economy Label": "United States of America",
    "Partner": "156",
    "Partner Label": "China",
    "Flow": "02",
    "Flow Label": "Exports",
    "Category": "SH",
    "Category Label": "Charges for the use of intellectual property n.i.e.",
    VALUE: "8120.25",
    f"{VALUE} Footnote": "",
    f"{VALUE} Missing value": "",
    SHARE: "1.5",
    f"{SHARE} Footnote": "",
    f"{SHARE} Missing value": "",
}
DELIVERABLE = [name for name in ROW if not name.startswith(("Partner", "Category"))]
ADDED = [f"Percentage of trade in goods{side}" for side in ("", " Footnote", " Missing value")]


def bulk(header: Iterable[str] = ROW) -> str:
    return "\ufeff" + table(header, ROW, {**ROW, "Year": "2022", VALUE: "", f"{VALUE} Missing value": "Confidential"})


def packed(content: str) -> bytes:
    return zipped({"US_TradeServCatByPartner.csv": content.encode()})


PAGE_REFUSED: tuple[Refusal, ...] = (
    ("ANN_EXP", "ANN_IMP", "INDICATOR is 'UNCTAD_DE_DIG_SERVTRADE_ANN_IMP', not", "/value/0"),
    ('"UNCTAD_DE"', '"WB_WDI"', "DATABASE_ID is 'WB_WDI', not 'UNCTAD_DE'", "/value/0"),
    ('"2022"', '"2023"', "REF_AREA, TIME_PERIOD repeated: ('USA', '2023')", "/value/1"),
)
REFUSED: tuple[Refusal, ...] = (
    (VALUE, "US$ at constant prices", "value columns are []; there must be one of", "header"),
    (",02,", ",03,", "Flow is '03'; it must be a known code", "row 1"),
    (",Exports,", ",Imports,", "Flow is '02'; it must be a known code", "row 1"),
)


def case(resource: str, name: str, header: Iterable[str], refused: tuple[Refusal, ...], *same: bytes) -> Case:
    body = packed(bulk(header))
    origin = replace(make_origin(unctad.CARD, resource, body), stamp="2026-06-10T09:00:00 version 2231")
    first = {"Economy": "840", "Flow": "02", "Value": 8120.25, "payload_pointer": "row 1"}
    return Case(origin, body, {name: 2}, first, "2026-06-10", refused, same)


CASES = [
    Case(
        make_origin(unctad.CARD, "digitally_deliverable_exports", PAGE, parameters=ASKED),
        PAGE,
        {"indicators": 2},
        {"OBS_VALUE": "1.0", "UNIT_MULT": 6, "REF_AREA": "USA", "payload_pointer": "/value/0"},
        "2026-07-01",
        PAGE_REFUSED,
    ),
    case(
        "services_by_partner",
        "by_partner__bilateral_services",
        ROW,
        REFUSED,
        seven_zipped({"US_TradeServCatByPartner.csv": bulk().encode()}),
        packed(bulk([*ADDED, *reversed(ROW)])),
        packed(bulk().replace(VALUE, "Millions of US$ at current prices")),
    ),
    case("digitally_deliverable", "deliverable__indicators", DELIVERABLE, ()),
]
