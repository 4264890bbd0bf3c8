"""Suite of bilateral_ip_charges."""

import great_expectations.expectations as gxe

from expectations.shared import anchor, because, between, contract, frozen, of_source, only, steady, two_views
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "bilateral_ip_charges",
        measures=["charges"],
        units=["USD"],
        bases=["reported", "mirrored", "reconciled", "balanced"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L", "O"],
        years=(1985, None),
    ),
    ExpectRows(between=(530, None), where="source = 'bea' and is_latest"),
    *of_source("wto", 116, first=2005, last=2016),
    *of_source("snb", 168, first=2015, last=2022),
    *of_source("bea+snb", 8, first=2015, last=2022),
    *of_source("ons+snb", 1, first=2016, last=2016),
    anchor(
        "source = 'snb' and area = 'CHE' and counterpart_area = 'W00' and item = 'SH' and year = 2015",
        (20.4e9, 25.0e9),
        "World Bank, edition of July 2026: Switzerland received 22.68 billion US dollars",
    ),
    anchor(
        "source = 'snb' and area = 'CHE' and counterpart_area = 'USA' and item = 'SH' and year = 2022",
        (10.3e9, 11.5e9),
        "Swiss National Bank: 10,413 million francs at 0.955 for a dollar",
    ),
    only(
        "area",
        ["CHE"],
        "source == 'snb'",
        "the two views exchanged: the Swiss National Bank reports what Switzerland received",
    ),
    only("basis", ["reported"], "source == 'snb'", "what Switzerland reports on itself is reported"),
    between(
        (0.3e9, 2.5e9),
        "source == 'snb' and counterpart_area == 'CHN'",
        "yuan taken for dollars: Switzerland received 0.8 to 1.4 billion US dollars a year from China from 2015 to"
        " 2022",
    ),
    between(
        (3e9, 15e9),
        "source == 'bea+snb' and area == 'CHE' and counterpart_area == 'USA'",
        "a unit slip: between the 4.9 to 10.9 billion US dollars that the two sides report",
    ),
    between(
        (0.3e9, 6e9),
        "source == 'ons+snb' and area == 'CHE' and counterpart_area == 'GBR'",
        "a unit slip: between the 0.7 to 4.1 billion US dollars that the two sides report",
    ),
    between(
        (2e9, 15e9),
        "source == 'bea+ons' and area == 'USA' and counterpart_area == 'GBR'",
        "a unit slip: between the 4.1 to 7.1 billion US dollars that the two sides report",
    ),
    between(
        (3e9, 25e9),
        "source == 'bea+publications' and area == 'USA' and counterpart_area == 'CHN'",
        "a unit slip, or yuan taken for dollars: between the 7.1 to 8.6 billion US dollars that the two sides report",
    ),
    *of_source("ons", 828, first=2016, last=2021),
    *of_source("publications", 5, first=2011, last=2018),
    ExpectRows(between=(6010, None), where="basis = 'balanced' and is_latest"),
    ExpectYears(where="counterpart_area = 'USA' and source = 'bea'", last=(2022, 2045)),
    ExpectYears(where="source = 'bea' and counterpart_area = 'USA'", first=(1950, 2015), last=(2022, 2045)),
    ExpectYears(where="source = 'bea+publications'", first=(1950, 2017), last=(2018, 2045)),
    *of_source("bea+ons", 5, first=2016, last=2020),
    ExpectYears(where="source = 'publications+wto'", first=(1950, 2011), last=(2011, 2045)),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2016 and source in ('wto',"
        " 'publications')",
        (7.6e9, 8.4e9),
        "US figures of September 2018: about 8.0 billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and basis = 'mirrored'",
        (8.3808e9, 8.8992e9),
        "Ministry of Commerce of China, June 2019: 8.64 billion US dollars",
    ),
    anchor(
        "source = 'bea' and area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018",
        (7.3e9, 8.9e9),
        "Ministry of Commerce of China, June 2019: 8.64 billion US dollars, 13 percent more than the United States then"
        " reported",
    ),
    anchor(
        "source = 'bea' and area = 'USA' and counterpart_area = 'W00' and item = 'SH' and year = 2016",
        (112.4e9, 113.5e9),
        "World Bank, edition of July 2026: the United States received 112.98 billion US dollars",
    ),
    between(
        (100e9, 130e9),
        "source == 'bea' and area == 'USA' and counterpart_area == 'W00'",
        "thousands taken for millions, or another line of the table: the United States received 113 to 118 billion US"
        " dollars a year from 2016 to 2020 (World Bank)",
    ),
    between(
        (5e9, 12e9),
        "source == 'bea' and area == 'USA' and counterpart_area == 'CHN' and item == 'SH'",
        "the column of another area: China paid the United States 6.8 to 9.3 billion US dollars a year from 2016 to"
        " 2020",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011",
        (2.8e9, 4.2e9),
        "Ministry of Commerce of China, September 2018: about 3.5 billion US dollars",
    ),
    anchor(
        "basis = 'balanced' and area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018",
        (7.344e9, 9.936e9),
        "Ministry of Commerce of China, June 2019: 8.64 billion US dollars; a balanced value lies near it, "
        "within 15 percent",
    ),
    anchor(
        "basis = 'balanced' and area = 'W00' and counterpart_area = 'CHN' and item = 'SH' and year = 2018",
        (28.5e9, 40e9),
        "Ministry of Commerce of China, June 2019: China paid the world 35.6 billion US dollars",
    ),
    anchor(
        "area = 'W00' and counterpart_area = 'USA' and item = 'SH' and year = 2019",
        (38.43e9, 46.97e9),
        "UN International Trade Statistics Yearbook, SH, 2019: the United States paid 9.3 percent of 459.5 "
        "billion US dollars",
    ),
    *two_views("ons", "GBR", "the United Kingdom"),
    ExpectCodes(
        column="obs_status",
        codes=["Q"],
        where="source = 'ons'",
        meta=because("suppressed quarters lost, or taken for zero"),
    ),
    between(
        (18e9, 28e9),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00'",
        "pounds or millions taken for dollars, or a sign flip: the United Kingdom received 19 to 26 billion US dollars"
        " a year from 2016 to 2021 (World Bank)",
    ),
    between(
        (0, 2.5e9),
        "source == 'ons' and (area == 'CHN' or counterpart_area == 'CHN')",
        "yuan taken for dollars: China paid the United Kingdom 1.9 billion US dollars at most, by any estimate",
    ),
    steady(
        (0.5, 2.6),
        "(basis == 'balanced' and area == 'GBR') or (source == 'ons' and (area == 'W00' or counterpart_area == 'W00'))",
        "what the United Kingdom receives never halved or moved by a factor of 2.1 within a year",
    ),
    frozen(
        "(basis == 'balanced' and area == 'GBR') or (source == 'ons' and (area == 'W00' or counterpart_area == 'W00'))"
    ),
    only("obs_status", ["E"], "basis == 'balanced'", "an estimate without its mark"),
    between((0, None), "basis == 'balanced'", "a sign flip: a balanced flow is never below zero"),
    steady(
        (0.5, 2.6),
        "basis == 'balanced' and area in ['CHN', 'W00'] and counterpart_area in ['CHN', 'W00']",
        "what China and the world pay each other moved by a factor of 2.35 within a year at most",
    ),
    frozen("basis == 'balanced' and (area == 'W00' or counterpart_area == 'W00')"),
    between((-1e9, 400e9), fault="a unit slip or a sign flip: more than any economy pays in all"),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item", regex="^SH[0-9]*$", meta=because("an item that is not a charge for intellectual property")
    ),
    *two_views("bea", "USA", "the United States", "reconciled"),
    ExpectCodes(
        column="obs_status",
        codes=["Q"],
        where="source = 'bea' and item = 'SH'",
        meta=because("suppressed cells of the Bureau of Economic Analysis lost, or taken for figures"),
    ),
    between(
        (30e9, 90e9),
        "source == 'bea' and area == 'W00' and counterpart_area == 'USA' and item == 'SH'",
        "a unit slip in one year, or a year repeated in other units: the United States paid the world 35 to "
        "53 billion US dollars a year from 2015 to 2022 (also in the World Bank)",
    ),
    between(
        (1e6, 800e6),
        "area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and year <= 2016",
        "figures added up twice: China received 545 million US dollars at most from the United States until 2016",
    ),
    between(
        (1e6, 1.17e9),
        "area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and year <= 2016",
        "what China receives from the United States exchanged with what it pays: all its receipts of 2016 "
        "were 1.17 billion US dollars (SAFE)",
    ),
    between(
        (1e6, 2e9),
        "area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and year <= 2018",
        "reporter and partner exchanged: the United States paid China 545 million US dollars at most until "
        "2016, and received billions",
    ),
    between(
        (20e9, 40e9),
        "source == 'snb' and counterpart_area == 'W00'",
        "francs or millions taken for dollars: Switzerland received 22 to 33 billion US dollars a year from 2015 to"
        " 2022 (World Bank)",
    ),
    between(
        (11e9, 23e9),
        "source == 'ons' and area == 'W00' and counterpart_area == 'GBR'",
        "receipts and payments exchanged: the United Kingdom paid 11 to 22 billion US dollars a year from 2016 to 2021"
        " (World Bank)",
    ),
    steady(
        (0.5, 2.2),
        "area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == 'SH'",
        "charges between the United States and China never halved or more than doubled within a year",
    ),
    frozen("area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == 'SH'"),
]
