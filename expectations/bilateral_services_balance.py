"""Suite of bilateral_services_balance."""

from expectations.shared import anchor, because, between, contract, frozen, of_source, only, steady, two_views
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "bilateral_services_balance",
        measures=["exports", "imports", "balance"],
        units=["USD"],
        bases=["reported", "mirrored", "balanced"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L", "O"],
        years=(1985, None),
    ),
    ExpectRows(between=(5300, None), where="source = 'bea' and is_latest"),
    *of_source("wto", 2398, first=2005, last=2016),
    *of_source("ons", 30_900, first=2016, last=2021),
    *of_source("publications", 20, first=2011, last=2023),
    ExpectRows(between=(95_460, None), where="basis = 'balanced' and is_latest"),
    ExpectYears(where="area = 'USA' and source = 'bea'", last=(2022, 2045)),
    ExpectYears(where="source = 'bea' and item = 'SH'", first=(1950, 2015), last=(2022, 2045)),
    ExpectYears(
        where="basis = 'balanced' and area = 'CHN' and counterpart_area = 'USA'", first=(1950, 2005), last=(2019, 2045)
    ),
    *of_source("snb", 336, first=2015, last=2022),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2015 and measure = 'balance' and "
        "basis <> 'balanced'",
        (25.075e9, 33.925e9),
        "US-China Economic and Security Review Commission, report 2016: surplus of 29.5 billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2018 and measure = 'exports' and "
        "basis <> 'balanced'",
        (55.387e9, 58.813e9),
        "Congressional Research Service, August 2019: 57.1 billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2018 and measure = 'imports' and "
        "basis <> 'balanced'",
        (17.751e9, 18.849e9),
        "Congressional Research Service, August 2019: 18.3 billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2016 and measure = 'exports' "
        "and source in ('wto', 'publications')",
        (7.6e9, 8.4e9),
        "US figures of September 2018: about 8.0 billion US dollars",
    ),
    anchor(
        "area = 'CHN' and counterpart_area = 'USA' and item = 'SH' and year = 2018 and measure = 'imports' "
        "and source = 'publications'",
        (8.3808e9, 8.8992e9),
        "Ministry of Commerce of China, June 2019: 8.64 billion US dollars",
    ),
    anchor(
        "basis = 'balanced' and area = 'CHN' and counterpart_area = 'USA' and item = 'SH' and year = 2018 and "
        "measure = 'imports'",
        (7.344e9, 9.936e9),
        "Ministry of Commerce of China, June 2019: 8.64 billion US dollars; a balanced value lies near it, "
        "within 15 percent",
    ),
    anchor(
        "basis = 'balanced' and area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and "
        "measure = 'exports'",
        (7.344e9, 9.936e9),
        "Ministry of Commerce of China, June 2019: 8.64 billion US dollars; a balanced value lies near it, "
        "within 15 percent",
    ),
    anchor(
        "basis = 'balanced' and area = 'CHN' and counterpart_area = 'W00' and item = 'SH' and year = 2018 and "
        "measure = 'balance'",
        (-38e9, -22e9),
        "Ministry of Commerce of China, June 2019: China paid 35.6 billion US dollars; State Administration "
        "of Foreign Exchange: it received 5.6",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'W00' and item = 'SH' and year = 2019 and measure = 'imports'",
        (38.43e9, 46.97e9),
        "UN International Trade Statistics Yearbook, SH, 2019: the United States paid 9.3 percent of 459.5 "
        "billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2016 and measure = 'imports' and "
        "basis <> 'balanced'",
        (15.3e9, 16.9e9),
        "Office of the United States Trade Representative: about 16.1 billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = 'exports' "
        "and source = 'publications'",
        (8.3808e9, 8.8992e9),
        "Ministry of Commerce of China, June 2019: 8.64 billion US dollars",
    ),
    between(
        (10e9, 70e9),
        "source == 'publications' and item == 'S' and measure != 'balance'",
        "a year in other units: services between the United States and China were printed as 26.6 to 46.3 "
        "billion US dollars",
    ),
    between((-50e9, 2e12), "measure != 'balance'", "a unit slip or a sign flip of a flow"),
    between((-1e12, 1e12), "measure == 'balance'", "a unit slip of a balance"),
    between(
        (5e9, 60e9),
        "area == 'USA' and counterpart_area == 'CHN' and measure == 'balance' and item == 'S' and year >= 2010",
        "exports and imports exchanged: the United States has sold more services to China than it bought since 2007",
    ),
    only("obs_status", ["E"], "basis == 'balanced'", "an estimate without its mark"),
    between(
        (-250e9, -30e9),
        "basis == 'balanced' and area == 'CHN' and counterpart_area == 'W00' and item == 'S' and measure == "
        "'balance' and year >= 2012",
        "an outlier, a zero for an empty cell, or exports and imports exchanged: China bought 53 to 174 "
        "billion US dollars more services a year than it sold from 2012 to 2019",
    ),
    steady(
        (0.5, 2),
        "basis == 'balanced' and item == 'S' and measure != 'balance' and area in ['CHN', 'W00', 'USA'] and "
        "counterpart_area in ['CHN', 'W00', 'USA']",
        "what China and the world sell each other never halved or doubled within a year",
    ),
    frozen("basis == 'balanced' and item == 'S' and (area == 'W00' or counterpart_area == 'W00')"),
    only("item", ["SH"], "source == 'snb'", "another item: the Swiss National Bank's figures here are licence fees"),
    only(
        "area",
        ["CHE"],
        "source == 'snb' and measure == 'exports'",
        "the two views exchanged: the Swiss National Bank reports what Switzerland received",
    ),
    only(
        "counterpart_area",
        ["CHE"],
        "source == 'snb' and measure == 'imports'",
        "the two views exchanged: what Switzerland received is what its partners paid",
    ),
    *two_views("snb", "CHE", "Switzerland"),
    between(
        (0.3e9, 2.5e9),
        "source == 'snb' and (area == 'CHN' or counterpart_area == 'CHN')",
        "yuan taken for dollars: Switzerland received 0.8 to 1.4 billion US dollars a year from China from 2015 to"
        " 2022",
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
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00' and item == 'SH' and measure == 'exports'",
        "pounds or millions taken for dollars, or a sign flip: the United Kingdom received 19 to 26 billion US dollars"
        " a year from 2016 to 2021 (World Bank)",
    ),
    between(
        (11e9, 23e9),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00' and item == 'SH' and measure == 'imports'",
        "exports and imports exchanged: the United Kingdom paid 11 to 22 billion US dollars a year from 2016 to 2021"
        " (World Bank)",
    ),
    between(
        (5e9, 12e9),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00' and item == 'SH' and measure == 'balance'",
        "exports and imports exchanged: the United Kingdom received 4 to 10 billion US dollars more than it paid from"
        " 2016 to 2021",
    ),
    between(
        (-20e9, 20e9),
        "source == 'ons' and (area == 'CHN' or counterpart_area == 'CHN')",
        "yuan taken for dollars: the United Kingdom sold China services of 11.2 billion US dollars at most",
    ),
    steady(
        (0.5, 2),
        "(basis == 'balanced' or source == 'ons') and area == 'GBR' and item == 'S' and counterpart_area in ['W00',"
        " 'CHN', 'USA']",
        "what the United Kingdom sells and buys never halved or doubled within a year",
    ),
    frozen(
        "(basis == 'balanced' or source == 'ons') and area == 'GBR' and item == 'S' and counterpart_area in ['W00',"
        " 'CHN', 'USA']"
    ),
    *two_views("bea", "USA", "the United States"),
    ExpectCodes(
        column="obs_status",
        codes=["Q", "N"],
        where="source = 'bea'",
        meta=because("suppressed or insignificant cells of the Bureau of Economic Analysis lost, or taken for figures"),
    ),
    between(
        (30e9, 160e9),
        "source == 'bea' and item == 'SH' and (area == 'W00' or counterpart_area == 'W00') and area in "
        "['USA', 'W00'] and counterpart_area in ['USA', 'W00']",
        "a unit slip in one year: the United States paid the world 35 to 53 billion US dollars a year for "
        "intellectual property from 2015 to 2022 (also in the World Bank)",
    ),
    between(
        (1e6, 2e9),
        "area == 'USA' and counterpart_area == 'CHN' and item == 'SH' and measure == 'imports' and year <= 2018",
        "exports and imports, or reporter and partner, exchanged: the United States paid China 545 million US "
        "dollars at most until 2016",
    ),
    between(
        (0, 60e9),
        "measure != 'balance' and basis != 'balanced' and area in ['USA', 'CHN'] and counterpart_area in "
        "['USA', 'CHN']",
        "a sign flip between the United States and China",
    ),
    between(
        (0, None), "basis == 'balanced' and measure != 'balance'", "a sign flip: a balanced flow is never below zero"
    ),
    between(
        (20e9, 40e9),
        "source == 'snb' and (area == 'W00' or counterpart_area == 'W00')",
        "francs or millions taken for dollars: Switzerland received 22 to 33 billion US dollars a year from 2015 to"
        " 2022 (World Bank)",
    ),
    between(
        (1e6, 2e9),
        "area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and measure == 'exports' and year <= 2018",
        "exports and imports, or reporter and partner, exchanged: China received 545 million US dollars at "
        "most from the United States until 2016",
    ),
    between(
        (-60e9, -5e9),
        "area == 'CHN' and counterpart_area == 'USA' and measure == 'balance' and item == 'S' and year >= 2010",
        "exports and imports exchanged, or a balance of zero: China has bought more services from the United "
        "States than it sold since 2007",
    ),
    steady(
        (0.5, 2.2),
        "area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item in ['S', 'SH'] and measure != "
        "'balance'",
        "services between the United States and China never halved or more than doubled within a year",
    ),
    frozen("area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item in ['S', 'SH']"),
]
