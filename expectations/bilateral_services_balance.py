"""Suite of bilateral_services_balance."""

import great_expectations.expectations as gxe

from expectations.shared import NO_VALUE_WHERE_WITHHELD, VALUE_WHERE_REPORTED, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "bilateral_services_balance",
        measures=["exports", "imports", "balance"],
        units=["USD"],
        bases=["reported", "mirrored", "balanced"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L"],
        years=(1985, None),
    ),
    ExpectRows(between=(3050, None), where="basis <> 'balanced'", meta=because(since="2023-07-06")),
    ExpectRows(between=(814, None), where="source = 'bea' and is_latest", meta=because(since="2023-09-27")),
    ExpectRows(between=(2398, None), where="source = 'wto' and is_latest", meta=because(since="2018-12-12")),
    ExpectRows(between=(20, None), where="source = 'publications' and is_latest", meta=because(since="2024-04-23")),
    ExpectRows(between=(38_040, None), where="basis = 'balanced' and is_latest", meta=because(since="2021-01-31")),
    ExpectYears(where="area = 'USA' and source = 'bea'", last=(2022, 2045), meta=because(since="2023-07-06")),
    ExpectYears(
        where="source = 'bea' and item = 'SH'", first=(1950, 2015), last=(2022, 2045), meta=because(since="2023-07-06")
    ),
    ExpectYears(where="source = 'wto'", first=(1950, 2005), last=(2016, 2045), meta=because(since="2018-12-12")),
    ExpectYears(
        where="basis = 'balanced' and area = 'CHN' and counterpart_area = 'USA'",
        first=(1950, 2005),
        last=(2019, 2045),
        meta=because(since="2021-01-31"),
    ),
    ExpectYears(where="source = 'publications'", first=(1950, 2011), meta=because(since="2018-09-29")),
    ExpectYears(where="source = 'publications'", last=(2023, 2045), meta=because(since="2025-12-31")),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2015 and measure = "
        "'balance' and basis <> 'balanced'",
        between=(25.075e9, 33.925e9),
        meta=because(
            evidence="US-China Economic and Security Review Commission, report 2016: surplus of 29.5 billion US "
            "dollars",
            since="2018-12-12",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2018 and measure = "
        "'exports' and basis <> 'balanced'",
        between=(55.387e9, 58.813e9),
        meta=because(
            evidence="Congressional Research Service, August 2019: 57.1 billion US dollars", since="2019-08-07"
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2018 and measure = "
        "'imports' and basis <> 'balanced'",
        between=(17.751e9, 18.849e9),
        meta=because(
            evidence="Congressional Research Service, August 2019: 18.3 billion US dollars", since="2019-08-07"
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2016 and measure = "
        "'exports' and basis <> 'balanced'",
        between=(7.6e9, 8.4e9),
        meta=because(evidence="US figures of September 2018: about 8.0 billion US dollars", since="2018-09-29"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and counterpart_area = 'USA' and item = 'SH' and year = 2018 and measure = "
        "'imports' and basis <> 'balanced'",
        between=(8.3808e9, 8.8992e9),
        meta=because(evidence="Ministry of Commerce of China, June 2019: 8.64 billion US dollars", since="2019-06-03"),
    ),
    ExpectAnchor(
        where="basis = 'balanced' and area = 'CHN' and counterpart_area = 'USA' and item = 'SH' and year = "
        "2018 and measure = 'imports'",
        between=(7.344e9, 9.936e9),
        meta=because(
            evidence="Ministry of Commerce of China, June 2019: 8.64 billion US dollars; a balanced value lies "
            "near it, within 15 percent",
            since="2021-01-31",
        ),
    ),
    ExpectAnchor(
        where="basis = 'balanced' and area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = "
        "2018 and measure = 'exports'",
        between=(7.344e9, 9.936e9),
        meta=because(
            evidence="Ministry of Commerce of China, June 2019: 8.64 billion US dollars; a balanced value lies "
            "near it, within 15 percent",
            since="2021-01-31",
        ),
    ),
    ExpectAnchor(
        where="basis = 'balanced' and area = 'CHN' and counterpart_area = 'W00' and item = 'SH' and year = "
        "2018 and measure = 'balance'",
        between=(-38e9, -22e9),
        meta=because(
            evidence="Ministry of Commerce of China, June 2019: China paid 35.6 billion US dollars; State "
            "Administration of Foreign Exchange: it received 5.6",
            since="2021-01-31",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'W00' and item = 'SH' and year = 2019 and measure = 'imports'",
        between=(38.43e9, 46.97e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: the United States paid 9.3 percent of "
            "459.5 billion US dollars",
            since="2023-07-06",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2016 and measure = "
        "'imports' and basis <> 'balanced'",
        between=(15.3e9, 16.9e9),
        meta=because(
            evidence="Office of the United States Trade Representative: about 16.1 billion US dollars",
            since="2018-12-12",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = "
        "'exports' and basis <> 'balanced'",
        between=(8.3808e9, 8.8992e9),
        meta=because(evidence="Ministry of Commerce of China, June 2019: 8.64 billion US dollars", since="2019-06-03"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=10e9,
        max_value=70e9,
        row_condition="source == 'publications' and item == 'S' and measure != 'balance'",
        meta=because(
            "a year in other units: services between the United States and China were printed as 26.6 to "
            "46.3 billion US dollars"
        ),
    ),
    VALUE_WHERE_REPORTED,
    NO_VALUE_WHERE_WITHHELD,
    ExpectCodes(
        column="measure",
        codes=["exports", "imports", "balance"],
        meta=because("a whole measure is missing", since="2018-12-12"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-50e9,
        max_value=2e12,
        row_condition="measure != 'balance'",
        meta=because("a unit slip or a sign flip of a flow"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-1e12,
        max_value=1e12,
        row_condition="measure == 'balance'",
        meta=because("a unit slip of a balance"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-50e9,
        max_value=100e9,
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN']",
        meta=because("a unit slip between the United States and China"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=60e9,
        row_condition="measure != 'balance' and basis != 'balanced' and area in ['USA', 'CHN'] and "
        "counterpart_area in ['USA', 'CHN']",
        meta=because("a sign flip between the United States and China"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=5e9,
        max_value=60e9,
        row_condition="area == 'USA' and counterpart_area == 'CHN' and measure == 'balance' and item == 'S' and "
        "year >= 2010",
        meta=because(
            "exports and imports exchanged: the United States has sold more services to China than it bought since 2007"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        row_condition="basis == 'balanced' and measure != 'balance'",
        meta=because("a sign flip: a balanced flow is never below zero"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="obs_status",
        value_set=["E"],
        row_condition="basis == 'balanced'",
        meta=because("an estimate without its mark"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-250e9,
        max_value=-30e9,
        row_condition="basis == 'balanced' and area == 'CHN' and counterpart_area == 'W00' and item == 'S' and "
        "measure == 'balance' and year >= 2012",
        meta=because(
            "an outlier, a zero for an empty cell, or exports and imports exchanged: China bought 53 to "
            "174 billion US dollars more services a year than it sold from 2012 to 2019"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2,
        row_condition="basis == 'balanced' and item == 'S' and measure != 'balance' and area in ['CHN', 'W00', "
        "'USA'] and counterpart_area in ['CHN', 'W00', 'USA']",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: what China and the world "
            "sell each other never halved or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="basis == 'balanced' and item == 'S' and (area == 'W00' or counterpart_area == 'W00')",
        meta=because("a frozen series: a balanced total never repeats itself"),
    ),
    ExpectCodes(
        column="basis", codes=["balanced"], meta=because("the balanced figures are missing", since="2021-01-31")
    ),
    ExpectCodes(column="basis", codes=["reported", "mirrored"], meta=because("one of the two views is missing")),
    ExpectCodes(
        column="source",
        codes=["bea", "publications", "wto"],
        where="is_latest",
        meta=because("a source is missing among the newest figures", since="2019-08-07"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="basis",
        value_set=["reported"],
        row_condition="source == 'bea' and area == 'USA'",
        meta=because("the two views exchanged: what the United States reports on itself is reported"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="basis",
        value_set=["mirrored"],
        row_condition="source == 'bea' and area != 'USA'",
        meta=because("the two views exchanged: what the United States reports of others is mirrored"),
    ),
    ExpectCodes(
        column="area",
        codes=["W00"],
        where="is_latest",
        meta=because("the totals over all partners, as the partners report them, are missing", since="2021-01-31"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["W00"],
        where="area = 'USA'",
        meta=because("the totals over all partners are missing", since="2023-07-06"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="item",
        codes=["S", "SC", "SD", "SF", "SG", "SH"],
        where="area = 'USA' and counterpart_area = 'CHN' and measure = 'balance'",
        meta=because("a main item is missing", since="2018-12-12"),
    ),
    ExpectCodes(
        column="obs_status",
        codes=["Q", "N"],
        where="source = 'bea'",
        meta=because(
            "suppressed or insignificant cells of the Bureau of Economic Analysis lost, or taken for figures",
            since="2023-07-06",
        ),
    ),
    YEAR_IS_OVER,
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=30e9,
        max_value=160e9,
        row_condition="source == 'bea' and item == 'SH' and (area == 'W00' or counterpart_area == 'W00') and area "
        "in ['USA', 'W00'] and counterpart_area in ['USA', 'W00']",
        meta=because(
            "a unit slip in one year: the United States paid the world 35 to 53 billion US dollars a "
            "year for intellectual property from 2015 to 2022 (also in the World Bank)"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e6,
        max_value=2e9,
        row_condition="area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and measure == 'exports' and "
        "year <= 2018",
        meta=because(
            "exports and imports, or reporter and partner, exchanged: China received 545 million US "
            "dollars at most from the United States until 2016"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e6,
        max_value=2e9,
        row_condition="area == 'USA' and counterpart_area == 'CHN' and item == 'SH' and measure == 'imports' and "
        "year <= 2018",
        meta=because(
            "exports and imports, or reporter and partner, exchanged: the United States paid China 545 "
            "million US dollars at most until 2016"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-60e9,
        max_value=-5e9,
        row_condition="area == 'CHN' and counterpart_area == 'USA' and measure == 'balance' and item == 'S' and "
        "year >= 2010",
        meta=because(
            "exports and imports exchanged, or a balance of zero: China has bought more services from "
            "the United States than it sold since 2007"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2.2,
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item in ['S', 'SH'] and "
        "measure != 'balance'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: services between the United "
            "States and China never halved or more than doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item in ['S', 'SH']",
        meta=because("a frozen series: this pair never has the very same figure in two years that follow one another"),
    ),
    ExpectCodes(
        column="obs_status",
        codes=["L"],
        where="source = 'publications'",
        meta=because("a cell that exists and was not collected taken for a figure, such as zero", since="2018-09-29"),
    ),
]
