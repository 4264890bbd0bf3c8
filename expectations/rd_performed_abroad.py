"""Suite of rd_performed_abroad."""

from expectations.shared import anchor, between, contract, frozen, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

HOSTS = ["GBR", "IND", "DEU", "CHN", "CAN", "ISR", "CHE", "IRL", "JPN", "FRA"]
REGIONS = [f"NCSES_RD_{name}" for name in ("AFRICA", "ASIA_PACIFIC", "EUROPE", "LATIN_AMERICA", "MIDDLE_EAST")]
TOTALS = "item == '_T' and counterpart_area == 'W00'"
BRIEF = "the text of InfoBrief NSF 22-328: {}"

SUITE = [
    *contract(
        "rd_performed_abroad",
        measures=["rd_performed", "research_performed", "development_performed"],
        units=["USD"],
        bases=["reported"],
        statuses=["A", "E", "N", "Q"],
        years=(2018, None),
    ),
    ExpectRows(between=(1538, None), where="is_latest"),
    ExpectRows(between=(135, None), where="obs_status in ('N', 'Q') and is_latest"),
    ExpectYears(where="counterpart_area = 'W00'", first=(2018, 2018), last=(2022, 2045)),
    ExpectYears(where="counterpart_area = 'CHN'", first=(2018, 2018), last=(2019, 2045)),
    *(
        anchor(f"item = '_T' and measure = 'rd_performed' and {where}", bounds, BRIEF.format(text))
        for where, bounds, text in (
            (
                "counterpart_area = 'GBR' and year = 2019",
                (11.7e9, 11.9e9),
                "11.8 billion US dollars in the United Kingdom",
            ),
            (
                "counterpart_area = 'CHN' and year = 2019",
                (6.8e9, 8.9e9),
                "China is fourth, after Germany and before Canada",
            ),
            ("counterpart_area = 'IND' and year = 2019", (8.8e9, 11.8e9), "India is second, after the United Kingdom"),
            ("counterpart_area = 'FRA' and year = 2019", (3e9, 4.1e9), "the tenth has more than 3 billion US dollars"),
            (
                "counterpart_area = 'W00' and year = 2019",
                (100e9, 110e9),
                "4 percent more than in 2018; 45.6 billion are 44 percent",
            ),
        )
    ),
    between((0, None), fault="a sign flip: nobody performs less than no research", every_vintage=True),
    between((None, 200e9), fault="a unit slip: more than all companies perform abroad"),
    between((100e9, 150e9), f"{TOTALS} and measure == 'rd_performed'"),
    between((15e9, 30e9), f"{TOTALS} and measure == 'research_performed'"),
    between((75e9, 130e9), f"{TOTALS} and measure == 'development_performed'"),
    between(
        (None, 13e9),
        "area == 'USA' and item == '_T' and counterpart_area in " + str(HOSTS),
        "a region taken for a country",
    ),
    between((3e9, None), f"item == '_T' and measure == 'rd_performed' and counterpart_area in {HOSTS}"),
    between((1e9, 20e9), "item == '_T' and measure != 'rd_performed' and counterpart_area == 'CAN'"),
    steady((0.85, 1.4), "item == '_T' and measure == 'rd_performed' and counterpart_area in " + str([*HOSTS, "W00"])),
    frozen("item == '_T' and counterpart_area in " + str([*HOSTS, "W00"])),
    ExpectCodes(column="counterpart_area", codes=["W00", "PRI", *HOSTS, *REGIONS], where="is_latest"),
    only(
        "area",
        ["USA"],
        fault="direction: companies of the host country taken for those in the United States",
        every_vintage=True,
    ),
    ExpectCodes(
        column="item",
        codes=["_T", "NAICS_3254", "NAICS_334", "NAICS_3344", "NAICS_5112"],
        where="counterpart_area = 'CHN'",
    ),
]
