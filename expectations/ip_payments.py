"""Suite of ip_payments."""

from expectations.shared import YEARBOOK, between, contract, figure, frozen, of_source, steady, world_bank
from orchestration.guards.expectation_types import ExpectRows, ExpectYears

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
    *of_source("ons", 6, first=2016, last=2021),
    between(
        (11e9, 23e9),
        "source == 'ons'",
        "pounds or millions taken for dollars: the United Kingdom paid 12 to 18 billion US dollars a year from 2016 to"
        " 2021",
    ),
    ExpectRows(between=(7700, None), where="source = 'world_bank' and is_latest"),
    *of_source("safe", 26, first=1997, last=2022),
    *of_source("bea", 8, first=2015, last=2022),
    between(
        (30e9, 105e9),
        "source == 'bea' and year >= 2015",
        "receipts and payments exchanged: the United States paid 35 to 53 billion US dollars a year from 2015 to 2022,"
        " and received more than twice as much",
        every_vintage=True,
    ),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970), last=(2025, 2045)),
    figure("W00", 2019, (436.525e9, 482.475e9), f"{YEARBOOK}: 459.5 billion US dollars"),
    figure("USA", 2019, (38.43e9, 46.97e9), f"{YEARBOOK}: 9.3 percent of 459.5 billion US dollars"),
    figure("IRL", 2019, (90.345e9, 99.855e9), f"{YEARBOOK}: 20.7 percent of 459.5 billion US dollars"),
    figure("CHN", 2017, (27.303e9, 30.177e9), "Ministry of Commerce of China, November 2018: 28.74 billion US dollars"),
    figure("CHN", 2018, (33.82e9, 37.38e9), "Ministry of Commerce of China, June 2019: 35.6 billion US dollars"),
    figure(
        "CHN",
        1998,
        (398.677e6, 440.643e6),
        "National Bureau of Statistics of China, yearbook 1999: 419.66 million US dollars",
    ),
    figure(
        "USA",
        2005,
        (22.785e9, 26.215e9),
        "National Science Foundation, Science and Engineering Indicators 2008: 24.5 billion US dollars",
    ),
    between(
        (-100e6, 2e12),
        fault=(
            "a unit slip or a sign flip: more than any world total, or payments below zero (SAFE prints debits "
            "negative)"
        ),
    ),
    *world_bank(179),
    steady(
        (0.6, 2),
        "area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1980",
        "payments of these economies never fell by a third or doubled within a year",
    ),
    steady((0.5, 2.5), "area == 'CHN'", "China's payments never halved or rose to more than double within a year"),
    frozen("area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and year >= 1990"),
    between(
        (25e9, 100e9),
        "area == 'CHN' and year >= 2017",
        "receipts and payments of China exchanged: receipts are a third or less",
    ),
    between(
        (30e9, 150e9),
        "area == 'USA' and year >= 2015",
        "a unit slip in one year: the United States paid 35 billion US dollars in 2015, and more in every later year",
    ),
]
