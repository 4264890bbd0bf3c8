"""Suite of ip_payments."""

from expectations.shared import (
    NO_WORLD_BANK_REGION,
    WORLD_BANK_REVISED_LITTLE,
    anchor,
    because,
    between,
    contract,
    countries,
    frozen,
    steady,
)
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "ip_payments",
        measures=["payments"],
        items=["SH"],
        units=["USD"],
        bases=["reported"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L", "M"],
        years=(1950, None),
    ),
    ExpectRows(between=(6, None), where="source = 'ons' and is_latest", meta=because(since="2022-09-29")),
    ExpectYears(where="source = 'ons'", first=(1950, 2016), last=(2021, 2045), meta=because(since="2022-09-29")),
    between(
        (11e9, 23e9),
        "source == 'ons'",
        "pounds or millions taken for dollars: the United Kingdom paid 12 to 18 billion US dollars a year from 2016 to 2021",
    ),
    ExpectRows(between=(13_300, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(4780, None), where="source = 'world_bank' and is_latest", meta=because(since="2025-12-17")),
    ExpectRows(between=(26, None), where="source = 'safe' and is_latest", meta=because(since="2023-06-30")),
    ExpectRows(between=(8, None), where="source = 'bea' and is_latest", meta=because(since="2023-07-06")),
    ExpectYears(where="area = 'USA' and is_latest", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'safe'", first=(1950, 1997), last=(2022, 2045), meta=because(since="2023-06-30")),
    ExpectYears(where="source = 'bea'", first=(1950, 2015), last=(2022, 2045), meta=because(since="2023-07-06")),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970)),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", last=(2025, 2045), meta=because(since="2026-07-01")),
    anchor(
        "area = 'W00' and year = 2019",
        (436.525e9, 482.475e9),
        "UN International Trade Statistics Yearbook, SH, 2019: 459.5 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'USA' and year = 2019",
        (38.43e9, 46.97e9),
        "UN International Trade Statistics Yearbook, SH, 2019: 9.3 percent of 459.5 billion US dollars",
        since="2023-07-06",
    ),
    anchor(
        "area = 'IRL' and year = 2019",
        (90.345e9, 99.855e9),
        "UN International Trade Statistics Yearbook, SH, 2019: 20.7 percent of 459.5 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'CHN' and year = 2017",
        (27.303e9, 30.177e9),
        "Ministry of Commerce of China, November 2018: 28.74 billion US dollars",
        since="2023-06-30",
    ),
    anchor(
        "area = 'CHN' and year = 2018",
        (33.82e9, 37.38e9),
        "Ministry of Commerce of China, June 2019: 35.6 billion US dollars",
        since="2023-06-30",
    ),
    anchor(
        "area = 'CHN' and year = 1998",
        (398.677e6, 440.643e6),
        "National Bureau of Statistics of China, yearbook 1999: 419.66 million US dollars",
    ),
    anchor(
        "area = 'USA' and year = 2005",
        (22.785e9, 26.215e9),
        "National Science Foundation, Science and Engineering Indicators 2008: 24.5 billion US dollars",
    ),
    between(
        (-100e6, 2e12),
        fault="a unit slip or a sign flip: more than any world total, or payments below zero (SAFE prints debits "
        "negative)",
    ),
    between((-100e6, 400e9), "area.str.len() == 3 and area != 'W00'", "a unit slip: twice what any economy ever paid"),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "IRL", "W00"], where="is_latest"),
    ExpectCodes(
        column="source", codes=["world_bank", "safe", "bea"], where="is_latest", meta=because(since="2023-07-06")
    ),
    between(
        (25e9, 100e9),
        "area == 'CHN' and year >= 2017",
        "receipts and payments of China exchanged: receipts are a third or less",
    ),
    countries(60, since="2025-12-17"),
    NO_WORLD_BANK_REGION,
    steady(
        (0.6, 2),
        "area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1980",
        "payments of these economies never fell by a third or doubled within a year",
    ),
    steady((0.5, 2.5), "area == 'CHN'", "China's payments never halved or rose to more than double within a year"),
    frozen("area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and year >= 1990"),
    WORLD_BANK_REVISED_LITTLE,
    between(
        (30e9, 150e9),
        "area == 'USA' and year >= 2015",
        "a unit slip in one year: the United States paid 35 billion US dollars in 2015, and more in every later year",
    ),
]
