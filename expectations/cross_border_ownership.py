"""Suite of cross_border_ownership."""

import great_expectations.expectations as gxe

from expectations.shared import anchor, because, between, contract, frozen, no_world, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

US_GRANTS = "clock == 'grant_year' and authority == 'US50' and source == 'uspto' and item == '_T'"
"""American grants in all fields together, as a condition of pandas."""

SUITE = [
    *contract(
        "cross_border_ownership",
        measures=["whole_count", "fractional_count", "share_of_area_patents"],
        units=["PATN", "PT"],
        bases=["reported", "mirrored", "derived"],
        clocks=["grant_year", "filing_year", "priority_year"],
        authorities=["US50", "6F0", "9P50_1"],
        has_partial_years=True,
    ),
    ExpectRows(between=(1000, None)),
    ExpectRows(
        between=(1620, None),
        where="source = 'uspto' and item = '_T' and area in ('USA', 'JPN', 'DEU', 'GBR') and counterpart_area in "
        "('USA', 'JPN', 'DEU', 'GBR') and is_latest and clock = 'grant_year' and authority = 'US50'",
        meta=because("figures of big pairs are missing: half of a page lost, the history cut"),
    ),
    ExpectYears(
        where="measure = 'whole_count' and clock = 'grant_year' and authority = 'US50' and source = 'uspto' and "
        "item = '_T'",
        first=(1900, 1976),
        last=(2025, 2045),
    ),
    anchor(
        "measure = 'whole_count' and clock = 'grant_year' and authority = 'US50' and source = 'uspto' and "
        "item = '_T' and area = 'CHN' and counterpart_area = 'USA' and year = 2016",
        (500, 4576),
        "what independent counts allow (40 percent of China's 11,439 American patents of 2016 had an owner abroad)",
    ),
    only("unit", ["PT"], "measure.str.startswith('share')"),
    only("unit", ["PATN"], "not measure.str.startswith('share')"),
    between(
        (0, 100), "measure.str.startswith('share')", "a share above the whole or below nothing", every_vintage=True
    ),
    between((0, 50_000), "not measure.str.startswith('share')", "a unit slip or a sign flip: no pair has more"),
    between(
        (300, 8350),
        f"measure == 'whole_count' and {US_GRANTS} and area == 'CHN' and counterpart_area == 'USA' and year >= 2016",
        "a unit slip or an empty cell read as zero: China's inventors had 11,439 American patents in 2016 and "
        "27,769 in 2022 by NCSES, four tenths of them owned abroad at least in part",
    ),
    between(
        (60, 8350),
        f"measure == 'fractional_count' and {US_GRANTS} and area == 'CHN' and "
        "counterpart_area == 'USA' and year >= 2016",
        "a unit slip, or an empty cell read as zero: less than the whole count and of its order",
    ),
    between(
        (4, 45),
        f"measure == 'share_of_area_patents' and {US_GRANTS} and area == 'CHN' and "
        "counterpart_area == 'USA' and year >= 2014",
        "another whole, or exchanged directions: four tenths of China's American patents of 2016 were owned "
        "abroad at least in part (Chief Economist of the US patent office)",
    ),
    between(
        (0.005, 5),
        f"measure == 'share_of_area_patents' and {US_GRANTS} and area == 'USA' and "
        "counterpart_area == 'CHN' and year >= 2016",
        "exchanged directions, or an empty cell read as zero: China's firms own few of the inventions of the "
        "United States",
    ),
    between(
        (0.05, 3),
        f"measure == 'share_of_area_patents' and {US_GRANTS} and area == 'USA' and "
        "counterpart_area in ['JPN', 'DEU', 'GBR'] and year >= 1995",
        "an empty cell read as zero, or a unit slip: no economy owned three of a hundred inventions of the "
        "United States",
    ),
    steady(
        (0.02, 4),
        "source == 'uspto' and item == '_T' and clock != 'priority_year' and area in ['USA', 'CHN', 'JPN', "
        "'DEU', 'GBR'] and counterpart_area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1995",
        "a part of a year is less than a year, and no year is four times the year before",
    ),
    frozen(
        "source == 'uspto' and item == '_T' and area in ['USA', 'CHN'] and counterpart_area in ['USA', 'JPN', "
        "'DEU'] and year >= 2020"
    ),
    ExpectCodes(
        column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "IND"], where="source = 'uspto' and is_latest"
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "IND"],
        where="source = 'uspto' and is_latest",
    ),
    no_world("area"),
    no_world("counterpart_area"),
    ExpectCodes(column="item", codes=["_T"]),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item", regex="^(_T|WIPO_(0[1-9]|[12][0-9]|3[0-5]|NONE))$", meta=because("a field under an unknown code")
    ),
    only("authority", ["US50"], "clock == 'grant_year'"),
]
