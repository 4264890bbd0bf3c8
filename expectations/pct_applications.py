"""Suite of pct_applications."""

import great_expectations.expectations as gxe

from expectations.shared import anchor, because, between, contract, countries, frozen, of_source, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SECTORS = [
    "WIPO_CHEMISTRY",
    "WIPO_ELECTRICAL_ENGINEERING",
    "WIPO_INSTRUMENTS",
    "WIPO_MECHANICAL_ENGINEERING",
    "WIPO_OTHER_FIELDS",
]
TOTAL = "item == '_T'"

SUITE = [
    *contract(
        "pct_applications",
        measures=["applications", "applications_by_receiving_office"],
        items=["_T", *SECTORS],
        units=["PATN"],
        bases=["reported"],
        statuses=["A", "E", "P", "U", "Q", "N", "L", "M"],
        clocks=["filing_year", "publication_year"],
        years=(1978, None),
    ),
    ExpectRows(between=(7300, None)),
    *of_source("ncses", 7314, first=2000, last=2022),
    *of_source("wipo", 119, first=2005, last=2024),
    ExpectYears(where="area = 'CHN' and clock = 'filing_year'", last=(2024, 2045)),
    ExpectYears(where="area = 'CHN' and clock = 'publication_year'", last=(2022, 2045)),
    *(
        anchor(
            f"area = '{area}' and item = '_T' and year = {year} and clock = 'publication_year'",
            bounds,
            f"WIPO's count by filing year, a clock apart: {filed} applications",
        )
        for area, year, bounds, filed in (
            ("USA", 2020, (52122.4, 66337.6), "59,230"),
            ("USA", 2022, (51969.3, 66142.7), "59,056"),
            ("JPN", 2022, (44303.6, 56386.4), "50,345"),
            ("CHN", 2022, (61613.2, 78416.8), "70,015"),
            ("W00", 2022, (255_852, 300_348), "278,100"),
        )
    ),
    *(
        anchor(
            f"area = '{area}' and year = {year} and clock = 'filing_year'",
            bounds,
            f"{printed} applications; later revisions stay within 2 percent",
        )
        for area, year, bounds, printed in (
            ("CHN", 2024, (68756.8, 71563.2), "WIPO as quoted by China NTD: 70,160"),
            ("USA", 2024, (53005.3, 55168.7), "WIPO as quoted by China NTD: 54,087"),
            ("CHN", 2023, (68217.8, 71002.2), "WIPO as quoted by People's Daily: 69,610"),
            ("USA", 2023, (54564.4, 56791.6), "WIPO as quoted by People's Daily: 55,678"),
            ("USA", 2020, (58045.4, 60414.6), "WIPO, PCT Yearly Review 2021: 59,230"),
        )
    ),
    ExpectCodes(column="clock", codes=["filing_year", "publication_year"]),
    between((0, 1e6), fault="a unit slip or a sign flip: more than any world total"),
    between(
        (0, 200_000),
        "area.str.len() == 3 and area != 'W00'",
        "a unit slip: more than twice what any economy ever filed",
    ),
    between((70_000, 1e6), f"area == 'W00' and {TOTAL}", "a figure of one economy in the place of the world's"),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"], where="is_latest"),
    ExpectCodes(
        column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"], where="clock = 'publication_year'"
    ),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU"], where="clock = 'filing_year' and year >= 2024"),
    ExpectCodes(column="item", codes=["_T", *SECTORS], where="area = 'USA'"),
    anchor(
        "area = 'USA' and item = 'WIPO_ELECTRICAL_ENGINEERING' and year = 2021 and clock = 'publication_year'",
        (11_900, 29_800),
        "the largest of five sectors: more than a fifth and less than half of the applications that WIPO counts by"
        " origin",
    ),
    countries(41),
    gxe.ExpectColumnValuesToNotMatchRegex(
        column="area",
        regex="^(WLD|EPO|EU[0-9]*)$",
        meta=because("the world, an office or a union of countries counted as a country"),
    ),
    steady(
        (0.6, 1.8),
        f"area in ['USA', 'JPN', 'W00'] and {TOTAL}",
        "filings of these origins never fell by a third or doubled within a year",
    ),
    steady(
        (0.5, 6),
        f"area == 'CHN' and {TOTAL}",
        "China's filings never halved or rose to more than six times within a year",
    ),
    frozen(f"area in ['USA', 'CHN', 'JPN', 'W00'] and {TOTAL}"),
    between(
        (5000, 150_000),
        "area in ['USA', 'JPN', 'CHN'] and clock == 'filing_year' and year >= 2008",
        "an empty cell read as zero, or a unit slip in one announcement: each of the three filed more than "
        "6,000 in every year since 2008",
    ),
]
