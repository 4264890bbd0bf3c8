"""Suite of co_inventions."""

import great_expectations.expectations as gxe

from expectations.shared import NO_VALUE_WHERE_WITHHELD, VALUE_WHERE_REPORTED, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

EXCEPTIONS = {
    "partners_exchanged": {
        "patentsview": "a joint invention of a and b is one of b and a: both orientations hold the same "
        "figure, so that exchanging them changes none"
    },
}
"""Faults that the suite does not catch, each with the reason for each part of the metric."""

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
    ),
    ExpectRows(between=(804, None)),
    ExpectRows(between=(846, None), where="source = 'patentsview' and is_latest"),
    ExpectYears(where="area = 'USA' and counterpart_area = 'CHN' and item = '_T'", last=(2025, 2045)),
    ExpectYears(where="source = 'patentsview'", first=(1950, 1976), last=(2025, 2045)),
    ExpectAnchor(
        where="item = '_T' and ((area = 'USA' and counterpart_area = 'CHN') or (area = 'CHN' and "
        "counterpart_area = 'USA')) and year = 2016 and measure = 'whole_count' and clock = "
        "'grant_year' and authority = 'US50'",
        between=(572, 8350),
        meta=because(
            evidence="NCSES and the Chief Economist of the US patent office: China's inventors had 11,439 "
            "American patents in 2016, 73 percent of them with others"
        ),
    ),
    ExpectAnchor(
        where="item = '_T' and ((area = 'USA' and counterpart_area = 'CHN') or (area = 'CHN' and "
        "counterpart_area = 'USA')) and year = 2022 and measure = 'whole_count' and clock = "
        "'grant_year' and authority = 'US50'",
        between=(1388, 20_271),
        meta=because(
            evidence="NCSES: China's inventors had 27,769 American patents in 2022, of which 5 to 73 percent may "
            "be shared with one partner"
        ),
    ),
    VALUE_WHERE_REPORTED,
    NO_VALUE_WHERE_WITHHELD,
    ExpectCodes(
        column="measure",
        codes=["whole_count"],
        where="clock = 'grant_year' and authority = 'US50'",
        meta=because("a whole measure is missing"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=20_000,
        row_condition="measure == 'whole_count' and clock == 'grant_year' and authority == 'US50'",
        meta=because("a unit slip or a sign flip: more joint patents than any pair has"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=20_000,
        row_condition="measure == 'fractional_count' and clock == 'grant_year' and authority == 'US50'",
        meta=because("a unit slip or a sign flip of fractional counts"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "IND"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["USA", "CHN"],
        where="is_latest",
        meta=because("one of the two orientations is missing"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["CHN", "JPN", "DEU", "GBR", "KOR", "IND"],
        where="area = 'USA' and is_latest",
        meta=because("the partners of the United States under another economy's code"),
    ),
    ExpectCodes(
        column="item",
        codes=["_T", "CPC_G", "CPC_H"],
        where="area = 'CHN' and counterpart_area = 'USA'",
        meta=because("the fields of technology are missing"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=400,
        max_value=1500,
        row_condition="area == 'USA' and counterpart_area == 'JPN' and item == '_T' and year >= 2001 and year <= "
        "2024 and measure == 'whole_count' and clock == 'grant_year' and authority == 'US50'",
        meta=because("another partner's counts: joint patents with Japan stay between 400 and 1,500 a year"),
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="vintage_year",
        column_B="year",
        or_equal=True,
        meta=because("every year one too late: a figure about a year that had not begun when it became known"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2.2,
        row_condition="source != 'oecd' and area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item "
        "== '_T' and year >= 1995",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: joint patents of the United "
            "States and China never halved or more than doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2.2,
        row_condition="source != 'oecd' and item == '_T' and year >= 1980 and area in ['USA', 'JPN', 'DEU', 'GBR'] "
        "and counterpart_area in ['USA', 'JPN', 'DEU', 'GBR']",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: joint patents of two big "
            "economies never fell to less than a half or more than doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="source != 'oecd' and area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and counterpart_area in "
        "['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and item == '_T' and year >= 1995",
        meta=because(
            "a frozen series: a pair of big economies never has the very same figure in two years that "
            "follow one another"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1500,
        max_value=4000,
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == '_T' and measure "
        "== 'whole_count' and clock == 'grant_year' and authority == 'US50' and year >= 2018 and "
        "year <= 2024",
        meta=because("patents counted twice: the pair had 1,900 to 2,900 joint patents a year from 2016 to 2024"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area", value_set=["W00"], meta=because("the world counted among the countries")
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="counterpart_area", value_set=["W00"], meta=because("the world counted among the countries")
    ),
]
