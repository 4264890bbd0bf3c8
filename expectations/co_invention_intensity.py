"""Suite of co_invention_intensity."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_WHERE_REPORTED, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "co_invention_intensity",
        measures=["share_of_area_patents", "salton_cosine", "jaccard_index", "probabilistic_affinity"],
        units=["PT", "PN"],
        bases=["derived"],
        clocks=["grant_year", "filing_year", "priority_year"],
        authorities=["US50", "6F0", "9P50_1"],
    ),
    ExpectRows(between=(290, None)),
    ExpectRows(between=(293, None), where="source = 'patentsview' and is_latest"),
    ExpectYears(where="source = 'patentsview'", first=(1950, 1976), last=(2025, 2045)),
    ExpectAnchor(
        where="measure = 'share_of_area_patents' and clock = 'grant_year' and authority = 'US50' and item "
        "= '_T' and area = 'USA' and counterpart_area = 'CHN' and year = 2016",
        between=(1.21, 1.34),
        meta=because(
            evidence="what independent counts allow (NCSES: 143,203 patents of inventors in the United States in "
            "2016 by fractional count, which the whole count exceeds by up to 10 percent)"
        ),
    ),
    ExpectAnchor(
        where="measure = 'share_of_area_patents' and clock = 'grant_year' and authority = 'US50' and item "
        "= '_T' and area = 'USA' and counterpart_area = 'CHN' and year = 2022",
        between=(1.6, 1.77),
        meta=because(
            evidence="what independent counts allow (NCSES: 141,754 patents of inventors in the United States in "
            "2022 by fractional count, which the whole count exceeds by up to 10 percent)"
        ),
    ),
    VALUE_WHERE_REPORTED,
    ExpectCodes(
        column="measure",
        codes=["share_of_area_patents"],
        where="clock = 'grant_year' and authority = 'US50'",
        meta=because("a whole measure is missing"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure.str.startswith('share')",
        meta=because("a share that is not in percent"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PN"],
        row_condition="not measure.str.startswith('share')",
        meta=because("an index in percent"),
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
        max_value=1,
        row_condition="measure.str.startswith('salton') or measure.str.startswith('jaccard')",
        meta=because("an index outside its range", every_vintage=True),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=1e6,
        row_condition="measure.str.startswith('probabilistic')",
        meta=because("a sign flip, or another index: an affinity is not negative"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.3,
        max_value=3,
        row_condition="measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and "
        "item == '_T' and area == 'USA' and counterpart_area == 'JPN' and year >= 2001 and year <= "
        "2024",
        meta=because(
            "another partner's share, a unit slip or patents counted twice: Japan's share stayed between "
            "0.5 and 1.0 percent"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.01,
        max_value=6,
        row_condition="measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and "
        "item == '_T' and area == 'USA' and counterpart_area in ['CHN', 'JPN', 'DEU', 'GBR', 'KOR', "
        "'IND'] and year >= 1995",
        meta=because("an empty cell read as zero, or another whole: no partner was outside since 1995"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.45,
        max_value=2.5,
        row_condition="measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and "
        "item == '_T' and area == 'USA' and counterpart_area in ['CHN', 'JPN', 'DEU', 'GBR'] and "
        "year >= 1995",
        meta=because("an outlier, a zero for an empty cell, or a year in other units"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and "
        "item == '_T' and area == 'USA' and counterpart_area in ['CHN', 'JPN', 'DEU', 'GBR'] and "
        "year >= 1995",
        meta=because(
            "a frozen series: a pair of big economies never has the very same share in two years that "
            "follow one another"
        ),
    ),
    ExpectCodes(
        column="area",
        codes=["USA"],
        meta=because("the economy whose patents are counted was dropped or has another code"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["CHN", "JPN", "DEU", "GBR", "KOR", "IND"],
        where="area = 'USA' and is_latest",
        meta=because("a partner was dropped"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area", value_set=["W00"], meta=because("the world counted among the countries")
    ),
    ExpectCodes(
        column="item", codes=["_T"], meta=because("the total of all fields is missing or under a changed code")
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="authority",
        value_set=["US50"],
        row_condition="clock == 'grant_year'",
        meta=because("grants of an office that are not counted"),
    ),
]
