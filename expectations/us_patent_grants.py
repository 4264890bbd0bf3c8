"""Suite of us_patent_grants."""

from expectations.shared import JUMP, anchor, between, contract, countries, frozen, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

LARGE = "area in ['USA', 'W00', 'JPN', 'DEU']"
SECTORS = ("CHEMISTRY", "ELECTRICAL_ENGINEERING", "INSTRUMENTS", "MECHANICAL_ENGINEERING", "OTHER_FIELDS")
ITEMS = ["_T", *(f"WIPO_{sector}" for sector in SECTORS), "WIPO_08"]

SUITE = [
    *contract(
        "us_patent_grants",
        measures=["grants"],
        items=ITEMS,
        units=["PATN"],
        bases=["reported"],
        clocks=["grant_year"],
        authorities=["US50"],
    ),
    ExpectRows(between=(5_542, None), where="source = 'ncses' and is_latest"),
    *(
        ExpectYears(
            where=f"source = 'ncses' and area = 'USA' and item = '{item}'", first=(1950, first), last=(2022, 2045)
        )
        for item, first in (("_T", 2000), ("WIPO_08", 1998))
    ),
    anchor(
        "area = 'W00' and item = '_T' and year = 2022",
        (310_000, 340_000),
        "A. Kinney and D. Finnegan (2024) on this edition: the office granted 325,445 utility patents in 2022",
    ),
    anchor(
        "area = 'USA' and item = '_T' and year = 2016",
        (135_000, 151_000),
        "NCSES, Indicators 2018: 151,000 patents of 2016 had owners in the United States, some of them invented"
        " elsewhere",
    ),
    between((0, None), fault="a sign flip: no office grants less than nothing", every_vintage=True),
    between((None, 1e6), fault="a unit slip: more patents than the office granted"),
    between((130_000, 420_000), "area == 'W00' and item == '_T'", f"{JUMP}: 143,891 to 355,923 a year in the world"),
    between(
        (65_000, 200_000), "area == 'USA' and item == '_T'", f"{JUMP}: 74,315 to 166,444 a year in the United States"
    ),
    between((None, 80_000), "area not in ['USA', 'W00']", "more patents than any economy but the United States had"),
    between((None, 45_000), "area == 'CHN'", "patents of China counted twice: it had 27,769 at most"),
    steady((0.65, 1.8), LARGE, "large economies moved by a factor of 0.74 to 1.66 within a year, in every sector"),
    steady((0.5, 5), "area == 'CHN'", "China moved by a factor of 0.56 to 4.5 within a year, in every sector"),
    frozen("area in ['USA', 'CHN', 'W00', 'JPN', 'DEU']"),
    countries(32),
    ExpectCodes(
        column="area",
        codes=["W00", "NCSES_EU27_RESIDENTS", "USA", "CHN", "JPN", "KOR", "DEU", "GBR", "IND", "TWN", "CHE"],
        where="is_latest",
    ),
    ExpectCodes(column="item", codes=ITEMS, where="area = 'CHN'"),
    only("counterpart_area", ["USA"], fault="another office than that of the United States", every_vintage=True),
]
