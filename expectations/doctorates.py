"""Suite of doctorates."""

from expectations.shared import anchor, between, contract, countries, frozen, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

LARGE = ["CHN", "IND", "KOR", "W00"]
COUNTS, INTENTIONS, RATES = (
    "measure == 'doctorates'",
    "measure == 'intending_to_stay'",
    "measure == 'five_year_stay_rate'",
)
STAYED = "NSB-2019-8, text: {} of recipients from {} had stayed five years in {}"
RESIDENCE = (
    "NSF 25-325, from the Survey of Doctorate Recipients: {} recipients from {} in science and engineering, 2017 to"
    " 2019"
)

SUITE = [
    *contract(
        "doctorates",
        measures=["doctorates", "intending_to_stay", "five_year_stay_rate"],
        items=["_T", "SED_SE", "SED_NON_SE"],
        units=["PS", "PT"],
        bases=["reported"],
        statuses=["A", "O"],
        years=(2003, None),
    ),
    ExpectRows(between=(1756, None), where="is_latest"),
    ExpectRows(between=(200, None), where="obs_status = 'O' and is_latest"),
    ExpectYears(where="area = 'CHN' and measure = 'doctorates'", first=(2013, 2013), last=(2023, 2045)),
    ExpectYears(where="area = 'W00' and measure = 'doctorates'", first=(2017, 2017), last=(2023, 2045)),
    ExpectYears(where="area = 'W00' and measure = 'five_year_stay_rate'", first=(2003, 2003), last=(2017, 2045)),
    *(
        anchor(
            f"measure = 'doctorates' and item = 'SED_SE' and area = '{area}' and year = 2018",
            bounds,
            RESIDENCE.format(*text),
        )
        for area, bounds, text in (
            ("CHN", (4_900, 6_100), ("15,800", "China")),
            ("IND", (1_700, 2_100), ("5,750", "India")),
            ("KOR", (700, 1_000), ("2,550", "South Korea")),
        )
    ),
    anchor(
        "measure = 'doctorates' and item = '_T' and area = 'W00' and year = 2023",
        (15_000, 25_000),
        "NSF 25-300: 57,862 doctorates in 2023, of which about a third were of temporary visa holders",
    ),
    *(
        anchor(f"measure = 'five_year_stay_rate' and area = '{area}' and year = {year}", bounds, STAYED.format(*text))
        for area, year, bounds, text in (
            ("CHN", 2003, (92, 94), ("93 percent", "China", 2003)),
            ("CHN", 2013, (83, 85), ("84 percent", "China", 2013)),
            ("IND", 2003, (89, 91), ("90 percent", "India", 2003)),
            ("IND", 2013, (84, 86), ("85 percent", "India", 2013)),
            ("W00", 2017, (70, 72), ("64 to 71 percent", "all economies", "2003 to 2017")),
        )
    ),
    between((0, None), fault="a sign flip: nobody is less than no person", every_vintage=True),
    between((0, 100), "unit == 'PT'", "a share outside 0 to 100", every_vintage=True),
    between((30, 97), RATES, "a share taken for a fraction of one"),
    between((50, 90), f"{INTENTIONS} and area in {LARGE}"),
    between((15_000, 25_000), f"{COUNTS} and area == 'W00'"),
    between((4_000, 8_000), f"{COUNTS} and area == 'CHN' and item != 'SED_NON_SE'"),
    between((1_500, 3_500), f"{COUNTS} and area == 'IND' and item != 'SED_NON_SE'"),
    between((80, 700), f"{COUNTS} and area in ['CHN', 'IND'] and item == 'SED_NON_SE'"),
    between((10, 60), f"{COUNTS} and area == 'CHE'"),
    between((30, 70), f"{INTENTIONS} and area == 'CHE'"),
    between((None, 7_000), f"{COUNTS} and area not in ['W00', 'NCSES_SED_ASIA']", "a region taken for a country"),
    steady((0.8, 1.25), f"area in {LARGE} and item == '_T'"),
    frozen(f"area in {LARGE} and measure != 'five_year_stay_rate' and item != 'SED_NON_SE'"),
    frozen("area == 'CHE' and year > 2019"),
    countries(80),
    ExpectCodes(
        column="area", codes=["W00", "CHN", "IND", "KOR", "IRN", "TWN", "CAN", "DEU", "BRA", "TUR"], where="is_latest"
    ),
    ExpectCodes(column="item", codes=["_T", "SED_SE", "SED_NON_SE"], where="area = 'IND'"),
    only("unit", ["PS"], COUNTS, "a share taken for persons"),
    only("unit", ["PT"], "measure != 'doctorates'", "persons taken for a share"),
    only("counterpart_area", ["USA"], fault="doctorates of another economy than the United States", every_vintage=True),
]
