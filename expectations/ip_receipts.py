"""Suite of ip_receipts."""

from expectations.shared import YEARBOOK, anchor, between, contract, figure, frozen, of_source, steady, world_bank
from orchestration.guards.expectation_types import ExpectRows, ExpectYears

SUITE = [
    *contract(
        "ip_receipts",
        measures=["receipts"],
        items=["SH"],
        units=["USD"],
        bases=["reported"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L", "M"],
        years=(1950, None),
    ),
    *of_source("ons", 6, first=2016, last=2021),
    between(
        (18e9, 28e9),
        "source == 'ons'",
        "pounds or millions taken for dollars: the United Kingdom received 19 to 27 billion US dollars a year from 2016"
        " to 2021",
    ),
    *of_source("snb", 8, first=2015, last=2022),
    between(
        (20e9, 40e9),
        "source == 'snb'",
        "francs or millions taken for dollars: Switzerland received 22 to 33 billion US dollars a year from 2015 to"
        " 2022 (World Bank)",
    ),
    ExpectRows(between=(6400, None), where="source = 'world_bank' and is_latest"),
    *of_source("safe", 26, first=1997, last=2022),
    *of_source("bea", 5, first=2016, last=2020),
    between(
        (90e9, 400e9),
        "source == 'bea' and year >= 2015",
        "receipts and payments exchanged, or millions taken for dollars: the United States received 113 to 118 billion"
        " US dollars a year from 2016 to 2020 (BEA table 1.5, September 2021), and paid less than half",
        every_vintage=True,
    ),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970), last=(2025, 2045)),
    figure("W00", 2019, (385.795e9, 426.405e9), f"{YEARBOOK}: 406.1 billion US dollars"),
    figure("USA", 2019, (105.66e9, 129.14e9), f"{YEARBOOK}: 28.9 percent of 406.1 billion US dollars"),
    figure("JPN", 2019, (44.365e9, 49.035e9), f"{YEARBOOK}: 11.5 percent of 406.1 billion US dollars"),
    figure("CHN", 2023, (10.45e9, 11.55e9), "State Administration of Foreign Exchange, 2023: 11.0 billion US dollars"),
    figure(
        "CHN",
        1998,
        (59.5555e6, 65.8245e6),
        "National Bureau of Statistics of China, yearbook 1999: 62.69 million US dollars",
    ),
    anchor(
        "area = 'USA' and year = 2003 and is_latest",
        (45.885e9, 50.715e9),
        "National Science Foundation, Science and Engineering Indicators 2006: 48.3 billion US dollars",
    ),
    figure(
        "USA",
        2010,
        (89.76e9, 121.44e9),
        "US Bureau of Economic Analysis, May 2012: 105.6 billion US dollars, revised since",
    ),
    between((-100e6, 2e12), fault="a unit slip or a sign flip: more than any world total, or receipts below zero"),
    *world_bank(173),
    steady(
        (0.6, 2),
        "area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1990",
        "receipts of these economies never fell by a third or doubled within a year",
    ),
    steady((0.5, 5), "area == 'CHN'", "China's receipts never halved or rose to more than five times within a year"),
    frozen("area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and year >= 1990"),
    between(
        (1.5e9, 20e9),
        "area == 'CHN' and year >= 2018",
        "receipts and payments of China exchanged: payments are three times as large or more",
    ),
]
