"""Suite of trademark_registrations."""

from expectations.shared import JUMP, anchor, between, contract, countries, frozen, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

LARGE = "area in ['USA', 'CHN', 'W00', 'JPN', 'DEU'] and item == '_T'"
SECTORS = (
    "AGRICULTURE",
    "BUSINESS_SERVICES",
    "CHEMICALS",
    "CLOTHING",
    "CONSTRUCTION",
    "HEALTH",
    "HOUSEHOLD_EQUIPMENT",
    "LEISURE_EDUCATION",
    "RESEARCH_TECHNOLOGY",
    "TRANSPORTATION",
)
ITEMS = ["_T", *(f"NICE_{sector}" for sector in SECTORS), "NICE_NONE"]

SUITE = [
    *contract(
        "trademark_registrations",
        measures=["registrations"],
        items=ITEMS,
        units=["TMRG"],
        bases=["reported"],
        clocks=["registration_year"],
    ),
    ExpectRows(between=(10_200, None), where="source = 'ncses' and is_latest"),
    ExpectYears(where="source = 'ncses' and area = 'USA'", first=(1950, 1998), last=(2022, 2045)),
    *(
        anchor(f"area = '{area}' and item = '_T' and year = {year}", bounds, evidence)
        for area, year, bounds, evidence in (
            ("W00", 2018, (259_000, 287_000), "the publisher's edition of 2020, from another extract: 273,000"),
            ("USA", 2018, (174_000, 194_000), "the publisher's edition of 2020, from another extract: 184,000"),
            ("CHN", 2018, (30_000, 60_000), "the same edition: 89,000 of foreign owners, of which China has most"),
            (
                "CHN",
                2021,
                (85_000, 170_356),
                (
                    "Patexia: 170,356 applications from China in 2020, of which about 61 percent are registered a year"
                    " or so later"
                ),
            ),
        )
    ),
    anchor(
        "area = 'CHN' and item = 'NICE_CLOTHING' and year = 2022",
        (12_000, 60_000),
        "one of ten sectors, and the second largest of China: more than a tenth and less than half of its 120,004",
    ),
    between((0, None), fault="a sign flip: no office registers less than nothing", every_vintage=True),
    between((None, 1e6), fault="a unit slip: more trademarks than the office registered"),
    between((70_000, 400_000), "area == 'W00' and item == '_T'", f"{JUMP}: 88,615 to 368,121 a year of all owners"),
    between((60_000, 250_000), "area == 'USA' and item == '_T'", f"{JUMP}: 76,283 to 211,508 a year of US owners"),
    between((None, 20_000), "area not in ['USA', 'CHN', 'W00', 'NCSES_EU27_RESIDENTS']", "owners of another economy"),
    steady((0.6, 3), LARGE, "large owners moved by a factor of 0.82 to 2.81 within a year"),
    frozen(LARGE),
    countries(32),
    ExpectCodes(
        column="area",
        codes=["W00", "NCSES_EU27_RESIDENTS", "USA", "CHN", "JPN", "KOR", "DEU", "GBR", "IND", "TWN", "CHE"],
        where="is_latest",
    ),
    ExpectCodes(column="item", codes=ITEMS, where="area = 'CHN'"),
    only("counterpart_area", ["USA"], fault="another office than that of the United States", every_vintage=True),
]
