"""Suite of co_inventions."""

from expectations.shared import anchor, between, contract, frozen, no_world, of_source, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "co_inventions",
        measures=["whole_count", "fractional_count"],
        units=["PATN"],
        bases=["reported"],
        statuses=["A", "E", "P", "U", "Q", "N", "L", "M"],
        clocks=["grant_year", "filing_year", "priority_year", "publication_year"],
        authorities=["US50", "6F0", "9P50_1"],
        years=(1976, None),
        has_partial_years=True,
    ),
    ExpectRows(between=(804, None)),
    *of_source("patentsview", 846, first=1976, last=2025),
    ExpectYears(where="area = 'USA' and counterpart_area = 'CHN' and item = '_T'", last=(2025, 2045)),
    anchor(
        "item = '_T' and ((area = 'USA' and counterpart_area = 'CHN') or (area = 'CHN' and counterpart_area = "
        "'USA')) and year = 2016 and measure = 'whole_count' and clock = 'grant_year' and authority = 'US50'",
        (572, 8350),
        "NCSES and the Chief Economist of the US patent office: China's inventors had 11,439 American patents "
        "in 2016, 73 percent of them with others",
    ),
    anchor(
        "item = '_T' and ((area = 'USA' and counterpart_area = 'CHN') or (area = 'CHN' and counterpart_area = "
        "'USA')) and year = 2022 and measure = 'whole_count' and clock = 'grant_year' and authority = 'US50'",
        (1388, 20_271),
        "NCSES: China's inventors had 27,769 American patents in 2022, of which 5 to 73 percent may be shared "
        "with one partner",
    ),
    ExpectCodes(column="measure", codes=["whole_count"], where="clock = 'grant_year' and authority = 'US50'"),
    between(
        (0, 20_000),
        "measure == 'whole_count' and clock == 'grant_year' and authority == 'US50'",
        "a unit slip or a sign flip: more joint patents than any pair has",
    ),
    between(
        (0, 20_000),
        "measure == 'fractional_count' and clock == 'grant_year' and authority == 'US50'",
        "a unit slip or a sign flip of fractional counts",
    ),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "IND"], where="is_latest"),
    ExpectCodes(column="counterpart_area", codes=["USA", "CHN"], where="is_latest"),
    ExpectCodes(
        column="counterpart_area", codes=["CHN", "JPN", "DEU", "GBR", "KOR", "IND"], where="area = 'USA' and is_latest"
    ),
    ExpectCodes(column="item", codes=["_T", "CPC_G", "CPC_H"], where="area = 'CHN' and counterpart_area = 'USA'"),
    between(
        (400, 1500),
        "area == 'USA' and counterpart_area == 'JPN' and item == '_T' and year >= 2001 and year <= 2024 and "
        "measure == 'whole_count' and clock == 'grant_year' and authority == 'US50'",
        "another partner's counts: joint patents with Japan stay between 400 and 1,500 a year",
    ),
    steady(
        (0.5, 2.2),
        "source != 'oecd' and area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == '_T' "
        "and year >= 1995",
        "joint patents of the United States and China never halved or more than doubled within a year",
    ),
    steady(
        (0.5, 2.2),
        "source != 'oecd' and item == '_T' and year >= 1980 and area in ['USA', 'JPN', 'DEU', 'GBR'] and "
        "counterpart_area in ['USA', 'JPN', 'DEU', 'GBR']",
        "joint patents of two big economies never fell to less than a half or more than doubled within a year",
    ),
    frozen(
        "source != 'oecd' and area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and counterpart_area in ['USA', "
        "'CHN', 'JPN', 'DEU', 'GBR'] and item == '_T' and year >= 1995"
    ),
    between(
        (1500, 4000),
        "area in ['USA', 'CHN', 'GBR'] and counterpart_area in ['USA', 'CHN', 'GBR'] and item == '_T' and measure == "
        "'whole_count' and clock == 'grant_year' and authority == 'US50' and year >= 2018 and year <= 2024",
        "patents counted twice: the United States had 1,800 to 2,900 joint patents a year with either economy",
    ),
    no_world("area"),
    no_world("counterpart_area"),
]
