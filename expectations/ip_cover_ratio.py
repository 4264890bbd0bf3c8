"""Suite of ip_cover_ratio."""

from expectations.shared import YEARBOOK, anchor, between, contract, figure, frozen, of_source, steady, world_bank
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "ip_cover_ratio", measures=["cover_ratio"], items=["SH"], units=["PN"], bases=["derived"], years=(1950, None)
    ),
    *of_source("ons", 6, first=2016, last=2021),
    between(
        (1.1, 2.2),
        "source == 'ons'",
        "receipts and payments exchanged: the United Kingdom received 1.3 to 1.8 times what it paid from 2016 to 2021",
    ),
    ExpectRows(between=(18_000, None)),
    ExpectRows(between=(6300, None), where="source = 'world_bank' and is_latest"),
    *of_source("safe", 26, first=1997, last=2022),
    ExpectYears(where="area = 'USA' and is_latest", last=(2025, 2045)),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970), last=(2025, 2045)),
    figure("W00", 2019, (0.839597, 0.927976), f"{YEARBOOK}: 406.1 over 459.5"),
    figure("USA", 2019, (2.47447, 3.02436), f"{YEARBOOK}: 117.4 over 42.7"),
    figure(
        "CHN", 1998, (0.141914, 0.156852), "National Bureau of Statistics of China, yearbook 1999: 62.69 over 419.66"
    ),
    figure("CHN", 2023, (0.239578, 0.275644), "State Administration of Foreign Exchange, 2023: 11.0 over 42.7"),
    anchor(
        "area = 'USA' and year = 2010 and is_latest",
        (2.9, 3.2),
        "Bureau of Economic Analysis after its benchmark revision: 95.0 received, 31.1 billion US dollars "
        "paid; receipts of 2018 against payments of today give 3.5",
    ),
    between(
        (-1, 5000),
        "not (area == 'NAM' and year == 2001) and not (area == 'UGA' and year == 2020)",
        "a ratio of figures in different units; Namibia of 2001 and Uganda of 2020 paid less than a thousand US"
        " dollars",
    ),
    between(
        (0.005, 20),
        "area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR', 'FRA', 'KOR', 'W00'] and year >= 1985",
        "a ratio of figures in different units: no big economy ever earned 20 times what it paid",
    ),
    between(
        (1.5, 6),
        "area == 'USA' and year >= 1990",
        "receipts and payments of the United States exchanged: it earned 1.5 to 6 times what it paid",
    ),
    between(
        (0.005, 0.7),
        "area == 'CHN' and year >= 1998",
        "receipts and payments of China exchanged: it always paid more than it earned",
    ),
    ExpectCodes(column="source", codes=["safe", "world_bank"], where="is_latest"),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"], where="is_latest"),
    *world_bank(168),
    steady(
        (0.5, 2),
        "area in ['USA', 'JPN', 'GBR']",
        "the ratio of the United States, Japan and the United Kingdom never halved or doubled within a year",
    ),
    steady(
        (0.4, 5),
        "area == 'CHN'",
        "China's ratio never fell to less than a half or rose to more than five times within a year",
    ),
    frozen("area in ['USA', 'CHN', 'JPN', 'GBR']"),
]
