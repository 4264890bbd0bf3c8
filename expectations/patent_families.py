"""Suite of patent_families."""

from expectations.shared import JUMP, anchor, between, contract, frozen, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "patent_families",
        measures=["families"],
        items=["_T", *(f"WIPO_{field:02d}" for field in range(1, 36)), "WIPO_NONE"],
        units=["PATF"],
        bases=["reported"],
        clocks=["grant_year"],
    ),
    ExpectRows(between=(7659, None), where="source = 'ncses' and is_latest"),
    ExpectYears(where="source = 'ncses' and area = 'USA'", first=(1950, 1998), last=(2020, 2045)),
    anchor(
        "area = 'CHN' and item = '_T' and year = 2020",
        (400_000, 530_000),
        "World Intellectual Property Organization, Indicators 2021: the office of China granted 530,127 "
        "patents in 2020; most families begin with one of these",
    ),
    anchor(
        "area = 'USA' and item = '_T' and year = 2016",
        (70_000, 143_203),
        "NCSES: 143,203 patents of inventors in the United States in 2016 at their own office by fractional "
        "count, several of them to one family",
    ),
    between((0, None), fault="a sign flip: nobody invents less than nothing", every_vintage=True),
    between((None, 1.1e6), fault="a unit slip: more families than the world had"),
    between(
        (40_000, 120_000), "area == 'USA' and item == '_T'", f"{JUMP}: the United States had 52,000 to 98,000 a year"
    ),
    steady(
        (0.5, 2.6),
        "area in ['USA', 'CHN', 'W00', 'JPN', 'DEU'] and item == '_T'",
        "families of large economies grew by a factor of 2.35 within a year at most",
    ),
    frozen("area in ['USA', 'CHN', 'W00'] and item == '_T'"),
    ExpectCodes(column="area", codes=["W00", "USA", "CHN", "JPN", "KOR", "DEU", "IND", "TWN"], where="is_latest"),
    ExpectCodes(
        column="item", codes=["_T", "WIPO_01", "WIPO_06", "WIPO_16", "WIPO_35", "WIPO_NONE"], where="area = 'CHN'"
    ),
    only("counterpart_area", ["W00"], every_vintage=True),
]
