"""BEA: figures of one area, and table 1.5 with both directions and every mark."""

import json
from typing import Any

from orchestration.sources import bea
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

FIXED = {"TypeOfService": "ALL", "TradeDirection": "ALL", "Affiliation": "ALL", "Year": "ALL"}
ASKED = {"method": "GetData", "DatasetName": "IntlServTrade", **FIXED, "AreaOrCountry": "China", "ResultFormat": "JSON"}
ERROR = {"APIErrorCode": "204", "APIErrorDescription": "Invalid Value for Parameter Year"}
RESULTS = "/BEAAPI/Results"


def row(value: object = "8,500", note: object = "", **changes: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(bea.TABLES["bilateral_services"].names, "synthetic"),
        "TradeDirection": "Exports",
        "Affiliation": "AllAffiliations",
        "AreaOrCountry": "China",
        "Year": "2018",
        "TimePeriod": "2018",
        "CL_UNIT": "USD",
        "UNIT_MULT": "6",
        "DataValue": value,
        "NoteRef": note,
        **changes,
    }


def envelope(parameters: dict[str, str], results: Any, user: str = "<redacted>") -> bytes:
    """BEA's answer, which repeats the request and the caller's key with it."""
    echo = [{"ParameterName": name.upper(), "ParameterValue": value.upper()} for name, value in parameters.items()]
    echo.append({"ParameterName": "USERID", "ParameterValue": user})
    return json.dumps({"BEAAPI": {"Request": {"RequestParam": echo}, "Results": results}}).encode()


def figures(*rows: Any) -> dict[str, Any]:
    return {"TsLastUpdated": "2024-07-03 10:00:00.000", "Dimensions": [], "Data": list(rows), "Notes": []}


def marks() -> list[dict[str, Any]]:
    """Rows with every mark in the place of a figure."""
    pairs = [
        *(("0", "(D)"), ("(D)", ""), ("", "(D), IntlServ2.2:1"), ("(*)", "(*)"), ("n.a.", ""), ("", ".....")),
        ("", ""),
    ]
    return [
        row(value, note, Year=str(year), TimePeriod=str(year)) for year, (value, note) in enumerate(pairs, start=1999)
    ]


BODY = envelope(ASKED, figures(row(), *marks()))
FIRST, SECOND = f"{RESULTS}/Data/0", f"{RESULTS}/Data/1"
REFUSED: tuple[Refusal, ...] = (
    ('"USD"', '"EUR"', "CL_UNIT is 'EUR'; it must be 'USD'", f"{FIRST}/CL_UNIT"),
    ('"TimePeriod": "2018"', '"TimePeriod": "2018Q1"', "Year is '2018' and TimePeriod is '2018Q1'", FIRST),
    ('"1999"', '"2018"', "Affiliation, AreaOrCountry, Year repeated:", SECOND),
    ('"AreaOrCountry": "China"', '"AreaOrCountry": "Japan"', "AreaOrCountry is 'Japan', not 'China'", FIRST),
    ('"8,500"', '"8,50"', "neither a number nor a known mark", FIRST),
    ('"8,500", "NoteRef": ""', '"8,500", "NoteRef": "(D)"', "is a figure although", FIRST),
    (
        json.dumps(figures(row(), *marks())),
        json.dumps({"Error": [ERROR]}),
        "error 204: Invalid Value",
        f"{RESULTS}/Error",
    ),
    (BODY.decode(), " ", "the answer has no body, which is how BEA times out", None),
    (json.dumps(figures(row(), *marks())), json.dumps([{"error": ERROR}]), "error 204: Invalid", f"{RESULTS}/error"),
)
CELLS = """\
Line,,All countries,All countries,"Europe, other","Europe, other"
,,2019,2020,2019,2020
1,Exports of goods and services,"2,100",1900,(D),0
12,  Services,900,700,(*),-3
30,Imports of goods and services,n.a.,.....,5,6
41,  Services,3,4,5,6
Legend / Footnotes:
"1. All travel purposes include 1) business travel."
"""
TABLE = f"""\
Table 1.5. U.S. International Trade in Goods and Services by Area and Country
[Millions of dollars]
Bureau of Economic Analysis
"Release Date: September 21, 2021 - Next Release Date: December 21, 2021"
Note: Data appear on more than one sheet.
{CELLS}""".encode()
TABLE_REFUSED: tuple[Refusal, ...] = (
    ("Millions", "Billions", "they must be 'Table 1.5.", "line 1"),
    ("Table 1.5.", "Table 1.4.", "they must be 'Table 1.5.", "line 1"),
    ("September 21, 2021 -", "Autumn 2021 -", "has no date such as", "line 4"),
    ("Line,", "Row,", "no row of areas", None),
    ("Exports of goods and services", "Balance on goods", "'Balance on goods' before any of", "line 8"),
    (",,2019,2020,2019,2020", ",,2019,2020,2019,2020Q1", "'2020Q1' in the row of years", "line 7, column 6"),
    (
        '"Europe, other","Europe, other"',
        "All countries,All countries",
        "Line, AreaOrCountry, Year repeated",
        "line 8, column 5",
    ),
)
CASES = [
    Case(
        make_origin(bea.CARD, "table_1_5_exports", TABLE, file_name="table_1_5_exports.csv"),
        TABLE,
        {"table_1_5__bilateral_services": 16},
        {
            "Label": "Exports of goods and services",
            "TradeDirection": "Exports",
            "AreaOrCountry": "All countries",
            "DataValue": "2,100",
            "payload_pointer": "line 8, column 3",
        },
        "2021-09-21",
        TABLE_REFUSED,
        (TABLE.replace(b"\n", b"\r\n"),),
    ),
    Case(
        make_origin(bea.CARD, "china", BODY, parameters=ASKED),
        BODY,
        {"bilateral_services": 8},
        {"DataValue": "8,500", "TradeDirection": "Exports", "payload_pointer": FIRST},
        "2024-07-03",
        REFUSED,
        (envelope(ASKED, [figures(row(), *marks())]),),
    ),
]
