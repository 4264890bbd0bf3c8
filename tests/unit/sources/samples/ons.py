"""A small workbook in ONS's layout: years by quarters or in a column, a running year, every mark."""

from typing import Any

from orchestration.sources import ons
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal, changed
from tests.unit.sources.samples.safe import number, workbook

HEAD: list[Any] = ["Direction", "Service type code", "Service type", "Country code", "Country"]
QUARTERS = [f"{year}Q{quarter}" for year in (2020, 2021) for quarter in (1, 2, 3, 4)]
CELLS: list[list[Any]] = [
    [*HEAD, 2021, *QUARTERS, "2022Q1", 2019],
    ["Exports", "8", "Intellectual property", "CN", "China", 934, 200, 234, 250, 250.5, 1, 2, "-", "C", 9, "C"],
    ["Imports", 10.1, "Research", "US", "United States inc Puerto Rico", "..", 1, 2, "..", 4, 1, 2, 3, -4, 9, 5],
    ["Imports", "8", "Intellectual property", "HK", "China", None, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5],
    ["Imports", "8", "Intellectual property", "MO", "China", None, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5],
    ["Note: not seasonally adjusted"],
]
SHEET = "Sheet 1. Time Series"
BODY = workbook(CELLS, SHEET)
OLDER = workbook([["UK trade in services"], [], *(row[:-1] for row in CELLS[:-1])], "Time Series")
COLUMN = "each column must be another year or quarter"
REFUSED: tuple[Refusal, ...] = (
    ("<t>Direction<", "<t>Flow<", "no header that begins with 'Direction'", SHEET),
    ("<t>2020Q2<", "<t>2020Q5<", COLUMN, f"{SHEET}!H1"),
    ("<t>2020Q2<", "<t>2020Q1<", COLUMN, f"{SHEET}!H1"),
    ("<t>Imports<", "<t>Balance<", "direction is 'Balance'; it must match", f"{SHEET}!A3"),
    (number("B3", 10.1), number("B3", 110.1), "service_type_code is '110.1'; it must match", f"{SHEET}!B3"),
    ("<t>CN<", "<t> <", "country_code is ''; it must match", f"{SHEET}!D2"),
    ("<t>US<", "<t>USA (all)<", "country_code is 'USA (all)'; it must match", f"{SHEET}!D3"),
    ("<t>MO<", "<t>HK<", "repeated: ('Imports', '8', 'HK', '2019')", f"{SHEET}!P5"),
    ("Time Series", "Contents", "no sheet 'Time Series' in the workbook", None),
)
CASES = [
    Case(
        make_origin(ons.CARD, ons.RESOURCES[0].key, BODY, file_name="table.xlsx"),
        BODY,
        {"bilateral_services": 12},
        {
            "direction": "Exports",
            "service_type_code": "8",
            "country_code": "CN",
            "year": 2019,
            "annual": "C",
            "q1": None,
            "payload_pointer": f"{SHEET}!P2",
        },
        "2026-07-01",
        REFUSED,
        (changed(BODY, "<t>2020Q2<", "<t>2020 Q2<"),),
    ),
    Case(
        make_origin(ons.CARD, ons.RESOURCES[0].key, OLDER, file_name="table.xlsx"),
        OLDER,
        {"bilateral_services": 8},
        {"year": 2020, "annual": None, "q1": "200", "q4": "250.5", "payload_pointer": "Time Series!G4:J4"},
        "2026-07-01",
    ),
]
