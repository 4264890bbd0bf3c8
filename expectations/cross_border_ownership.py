"""Suite of cross_border_ownership."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_WHERE_REPORTED, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

EXCEPTIONS = {
    "country_doubled": {
        "USA": "no independent count states within a factor of two how many inventions of the "
        "United States are owned abroad; tests on the mart hold them below all its patents"
    },
}
"""Faults that the suite does not catch, each with the reason for each part of the metric."""

SUITE = [
    *contract(
        "cross_border_ownership",
        measures=["whole_count", "fractional_count", "share_of_area_patents"],
        units=["PATN", "PT"],
        bases=["reported", "mirrored", "derived"],
        clocks=["grant_year", "filing_year", "priority_year"],
        authorities=["US50", "6F0", "9P50_1"],
    ),
    ExpectRows(between=(1000, None)),
    ExpectRows(
        between=(1620, None),
        where="source = 'uspto' and item = '_T' and area in ('USA', 'JPN', 'DEU', 'GBR') and "
        "counterpart_area in ('USA', 'JPN', 'DEU', 'GBR') and is_latest and clock = 'grant_year' and "
        "authority = 'US50'",
        meta=because("figures of big pairs are missing: half of a page lost, the history cut"),
    ),
    ExpectYears(
        where="measure = 'whole_count' and clock = 'grant_year' and authority = 'US50' and source = "
        "'uspto' and item = '_T'",
        first=(1900, 1976),
        last=(2025, 2045),
    ),
    ExpectAnchor(
        where="measure = 'whole_count' and clock = 'grant_year' and authority = 'US50' and source = "
        "'uspto' and item = '_T' and area = 'CHN' and counterpart_area = 'USA' and year = 2016",
        between=(500, 4576),
        meta=because(
            evidence="what independent counts allow (40 percent of China's 11,439 American patents of 2016 had an "
            "owner abroad)"
        ),
    ),
    VALUE_WHERE_REPORTED,
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure.str.startswith('share')",
        meta=because("a share counted in patents"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PATN"],
        row_condition="not measure.str.startswith('share')",
        meta=because("a count in percent"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=100,
        row_condition="measure.str.startswith('share')",
        meta=because("a share above the whole or below nothing", every_vintage=True),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=50_000,
        row_condition="not measure.str.startswith('share')",
        meta=because("a unit slip or a sign flip: no pair has more"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=300,
        max_value=8350,
        row_condition="measure == 'whole_count' and clock == 'grant_year' and authority == 'US50' and source == "
        "'uspto' and item == '_T' and area == 'CHN' and counterpart_area == 'USA' and year >= 2016",
        meta=because(
            "a unit slip or an empty cell read as zero: China's inventors had 11,439 American patents in "
            "2016 and 27,769 in 2022 by NCSES, four tenths of them owned abroad at least in part"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=60,
        max_value=8350,
        row_condition="measure == 'fractional_count' and clock == 'grant_year' and authority == 'US50' and source "
        "== 'uspto' and item == '_T' and area == 'CHN' and counterpart_area == 'USA' and year >= 2016",
        meta=because("a unit slip, or an empty cell read as zero: less than the whole count and of its order"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=4,
        max_value=45,
        row_condition="measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and "
        "source == 'uspto' and item == '_T' and area == 'CHN' and counterpart_area == 'USA' and year "
        ">= 2014",
        meta=because(
            "another whole, or exchanged directions: four tenths of China's American patents of 2016 "
            "were owned abroad at least in part (Chief Economist of the US patent office)"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.005,
        max_value=5,
        row_condition="measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and "
        "source == 'uspto' and item == '_T' and area == 'USA' and counterpart_area == 'CHN' and year "
        ">= 2016",
        meta=because(
            "exchanged directions, or an empty cell read as zero: China's firms own few of the "
            "inventions of the United States"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.05,
        max_value=3,
        row_condition="measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and "
        "source == 'uspto' and item == '_T' and area == 'USA' and counterpart_area in ['JPN', 'DEU', "
        "'GBR'] and year >= 1995",
        meta=because(
            "an empty cell read as zero, or a unit slip: no economy owned three of a hundred inventions "
            "of the United States"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.02,
        max_value=4,
        row_condition="source == 'uspto' and item == '_T' and clock != 'priority_year' and area in ['USA', 'CHN', "
        "'JPN', 'DEU', 'GBR'] and counterpart_area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1995",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: a part of a year is less "
            "than a year, and no year is four times the year before"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="source == 'uspto' and item == '_T' and area in ['USA', 'CHN'] and counterpart_area in "
        "['USA', 'JPN', 'DEU'] and year >= 2020",
        meta=because("a frozen series: a big pair never has the very same figure in two years that follow one another"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "IND"],
        where="source = 'uspto' and is_latest",
        meta=because("a big economy was dropped or has another code"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "IND"],
        where="source = 'uspto' and is_latest",
        meta=because("an owner was dropped or has another code"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area", value_set=["W00"], meta=because("the world counted among the countries")
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="counterpart_area", value_set=["W00"], meta=because("the world counted among the countries")
    ),
    ExpectCodes(
        column="item", codes=["_T"], meta=because("the total of all fields is missing or under a changed code")
    ),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item", regex="^(_T|WIPO_(0[1-9]|[12][0-9]|3[0-5]|NONE))$", meta=because("a field under an unknown code")
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="vintage_year",
        column_B="year",
        or_equal=True,
        meta=because("every year one too late: a figure about a year that had not begun when it became known"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="authority",
        value_set=["US50"],
        row_condition="clock == 'grant_year'",
        meta=because("grants of an office that are not counted"),
    ),
]
