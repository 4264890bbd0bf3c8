"""Suite of co_invention_intensity."""

from expectations.shared import anchor, between, contract, frozen, no_world, of_source, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows

SUITE = [
    *contract(
        "co_invention_intensity",
        measures=["share_of_area_patents", "salton_cosine", "jaccard_index", "probabilistic_affinity"],
        units=["PT", "PN"],
        bases=["derived"],
        clocks=["grant_year", "filing_year", "priority_year"],
        authorities=["US50", "6F0", "9P50_1"],
        has_partial_years=True,
    ),
    ExpectRows(between=(290, None)),
    *of_source("patentsview", 293, first=1976, last=2025),
    anchor(
        "measure = 'share_of_area_patents' and clock = 'grant_year' and authority = 'US50' and item = '_T' "
        "and area = 'USA' and counterpart_area = 'CHN' and year = 2016",
        (1.21, 1.34),
        "what independent counts allow (NCSES: 143,203 patents of inventors in the United States in 2016 by "
        "fractional count, which the whole count exceeds by up to 10 percent)",
    ),
    anchor(
        "measure = 'share_of_area_patents' and clock = 'grant_year' and authority = 'US50' and item = '_T' "
        "and area = 'USA' and counterpart_area = 'CHN' and year = 2022",
        (1.6, 1.77),
        "what independent counts allow (NCSES: 141,754 patents of inventors in the United States in 2022 by "
        "fractional count, which the whole count exceeds by up to 10 percent)",
    ),
    ExpectCodes(column="measure", codes=["share_of_area_patents"], where="clock = 'grant_year' and authority = 'US50'"),
    only("unit", ["PT"], "measure.str.startswith('share')"),
    only("unit", ["PN"], "not measure.str.startswith('share')"),
    between(
        (0, 100), "measure.str.startswith('share')", "a share above the whole or below nothing", every_vintage=True
    ),
    between(
        (0, 1),
        "measure.str.startswith('salton') or measure.str.startswith('jaccard')",
        "an index outside its range",
        every_vintage=True,
    ),
    between(
        (0, 1e6),
        "measure.str.startswith('probabilistic')",
        "a sign flip, or another index: an affinity is not negative",
    ),
    between(
        (0.3, 3),
        "measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and item == "
        "'_T' and area == 'USA' and counterpart_area == 'JPN' and year >= 2001 and year <= 2024",
        "another partner's share, a unit slip or patents counted twice: Japan's share stayed between 0.5 and "
        "1.0 percent",
    ),
    between(
        (0.01, 6),
        "measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and item == "
        "'_T' and area == 'USA' and counterpart_area in ['CHN', 'JPN', 'DEU', 'GBR', 'KOR', 'IND'] and year "
        ">= 1995",
        "an empty cell read as zero, or another whole: no partner was outside since 1995",
    ),
    steady(
        (0.45, 2.5),
        "measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and item == "
        "'_T' and area == 'USA' and counterpart_area in ['CHN', 'JPN', 'DEU', 'GBR'] and year >= 1995",
    ),
    frozen(
        "measure == 'share_of_area_patents' and clock == 'grant_year' and authority == 'US50' and item == "
        "'_T' and area == 'USA' and counterpart_area in ['CHN', 'JPN', 'DEU', 'GBR'] and year >= 1995"
    ),
    ExpectCodes(column="area", codes=["USA"]),
    ExpectCodes(
        column="counterpart_area", codes=["CHN", "JPN", "DEU", "GBR", "KOR", "IND"], where="area = 'USA' and is_latest"
    ),
    no_world("area"),
    ExpectCodes(column="item", codes=["_T"]),
    only("authority", ["US50"], "clock == 'grant_year'"),
]
