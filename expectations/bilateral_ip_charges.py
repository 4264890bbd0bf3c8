"""Suite of bilateral_ip_charges."""

import great_expectations.expectations as gxe

from expectations.shared import NO_VALUE_WHERE_WITHHELD, VALUE_WHERE_REPORTED, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "bilateral_ip_charges",
        measures=["charges"],
        units=["USD"],
        bases=["reported", "mirrored", "reconciled", "balanced"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L"],
        years=(1985, None),
    ),
    ExpectRows(between=(206, None), where="basis <> 'balanced'", meta=because(since="2023-07-06")),
    ExpectRows(between=(81, None), where="source = 'bea' and is_latest", meta=because(since="2023-07-06")),
    ExpectRows(between=(116, None), where="source = 'wto' and is_latest", meta=because(since="2018-12-12")),
    ExpectRows(between=(6, None), where="source = 'publications' and is_latest", meta=because(since="2019-06-18")),
    ExpectRows(between=(6010, None), where="basis = 'balanced' and is_latest", meta=because(since="2021-01-31")),
    ExpectYears(
        where="counterpart_area = 'USA' and source = 'bea'", last=(2022, 2045), meta=because(since="2023-07-06")
    ),
    ExpectYears(
        where="area = 'USA' and counterpart_area = 'CHN' and basis = 'reported'",
        last=(2016, 2045),
        meta=because(since="2018-09-29"),
    ),
    ExpectYears(
        where="source = 'bea' and counterpart_area = 'USA'",
        first=(1950, 2015),
        last=(2022, 2045),
        meta=because(since="2023-07-06"),
    ),
    ExpectYears(where="source = 'wto'", first=(1950, 2005), last=(2016, 2045), meta=because(since="2018-12-12")),
    ExpectYears(where="source = 'publications'", first=(1950, 2011), meta=because(since="2018-09-29")),
    ExpectYears(where="source = 'publications'", last=(2018, 2045), meta=because(since="2019-06-03")),
    ExpectYears(
        where="basis = 'balanced' and area = 'USA' and counterpart_area = 'CHN'",
        first=(1950, 2005),
        last=(2019, 2045),
        meta=because(since="2021-01-31"),
    ),
    ExpectYears(
        where="source = 'bea+publications'", first=(1950, 2018), last=(2018, 2045), meta=because(since="2019-08-07")
    ),
    ExpectYears(
        where="source = 'publications+wto'", first=(1950, 2011), last=(2011, 2045), meta=because(since="2018-12-12")
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2016 and basis <> 'balanced'",
        between=(7.6e9, 8.4e9),
        meta=because(evidence="US figures of September 2018: about 8.0 billion US dollars", since="2018-09-29"),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and basis <> 'balanced'",
        between=(8.3808e9, 8.8992e9),
        meta=because(evidence="Ministry of Commerce of China, June 2019: 8.64 billion US dollars", since="2019-06-03"),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011",
        between=(2.8e9, 4.2e9),
        meta=because(
            evidence="Ministry of Commerce of China, September 2018: about 3.5 billion US dollars", since="2018-09-29"
        ),
    ),
    ExpectAnchor(
        where="basis = 'balanced' and area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018",
        between=(7.344e9, 9.936e9),
        meta=because(
            evidence="Ministry of Commerce of China, June 2019: 8.64 billion US dollars; a balanced value lies "
            "near it, within 15 percent",
            since="2021-01-31",
        ),
    ),
    ExpectAnchor(
        where="basis = 'balanced' and area = 'W00' and counterpart_area = 'CHN' and item = 'SH' and year = 2018",
        between=(28.5e9, 40e9),
        meta=because(
            evidence="Ministry of Commerce of China, June 2019: China paid the world 35.6 billion US dollars",
            since="2021-01-31",
        ),
    ),
    ExpectAnchor(
        where="area = 'W00' and counterpart_area = 'USA' and item = 'SH' and year = 2019",
        between=(38.43e9, 46.97e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: the United States paid 9.3 percent of "
            "459.5 billion US dollars",
            since="2023-07-06",
        ),
    ),
    VALUE_WHERE_REPORTED,
    NO_VALUE_WHERE_WITHHELD,
    ExpectCodes(
        column="basis",
        codes=["reported", "mirrored", "reconciled"],
        meta=because("one of the two views is missing", since="2018-12-12"),
    ),
    ExpectCodes(
        column="basis", codes=["balanced"], meta=because("the balanced figures are missing", since="2021-01-31")
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="obs_status",
        value_set=["E"],
        row_condition="basis == 'balanced'",
        meta=because("an estimate without its mark"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        row_condition="basis == 'balanced'",
        meta=because("a sign flip: a balanced flow is never below zero"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2.6,
        row_condition="basis == 'balanced' and area in ['CHN', 'W00'] and counterpart_area in ['CHN', 'W00']",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: what China and the world "
            "pay each other moved by a factor of 2.35 within a year at most"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="basis == 'balanced' and (area == 'W00' or counterpart_area == 'W00')",
        meta=because("a frozen series: a balanced total never repeats itself"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-1e9,
        max_value=400e9,
        meta=because("a unit slip or a sign flip: more than any economy pays in all"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-1e9,
        max_value=60e9,
        row_condition="counterpart_area != 'W00' and area != 'W00'",
        meta=because("a unit slip: more between one pair than any pair ever paid"),
    ),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item", regex="^SH[0-9]*$", meta=because("an item that is not a charge for intellectual property")
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2018-12-12"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["USA", "CHN"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2018-12-12"),
    ),
    ExpectCodes(
        column="source",
        codes=["bea", "publications", "wto"],
        where="is_latest",
        meta=because("a source is missing among the newest figures", since="2019-08-07"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="basis",
        value_set=["reported", "reconciled"],
        row_condition="source == 'bea' and area == 'USA'",
        meta=because("the two views exchanged: what the United States reports on itself is reported"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="basis",
        value_set=["mirrored", "reconciled"],
        row_condition="source == 'bea' and area != 'USA'",
        meta=because("the two views exchanged: what the United States reports of others is mirrored"),
    ),
    ExpectCodes(
        column="item",
        codes=["SH", "SH1", "SH2"],
        where="area = 'USA' and counterpart_area = 'CHN'",
        meta=because("the parts of the item are missing", since="2018-12-12"),
    ),
    ExpectCodes(
        column="obs_status",
        codes=["Q"],
        where="source = 'bea' and item = 'SH'",
        meta=because(
            "suppressed cells of the Bureau of Economic Analysis lost, or taken for figures", since="2023-07-06"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area",
        value_set=["W00"],
        row_condition="basis == 'reported'",
        meta=because("an aggregate that reports, so that a sum of countries would count it twice"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e6,
        max_value=1.17e9,
        row_condition="area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and year <= 2016",
        meta=because(
            "what China receives from the United States exchanged with what it pays: all its receipts of "
            "2016 were 1.17 billion US dollars (SAFE)"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e6,
        max_value=2e9,
        row_condition="area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and year <= 2018",
        meta=because(
            "reporter and partner exchanged: the United States paid China 545 million US dollars at most "
            "until 2016, and received billions"
        ),
    ),
    YEAR_IS_OVER,
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=30e9,
        max_value=90e9,
        row_condition="source == 'bea' and area == 'W00' and counterpart_area == 'USA' and item == 'SH'",
        meta=because(
            "a unit slip in one year, or a year repeated in other units: the United States paid the "
            "world 35 to 53 billion US dollars a year from 2015 to 2022 (also in the World Bank)"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2.2,
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == 'SH'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: charges between the United "
            "States and China never halved or more than doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == 'SH'",
        meta=because("a frozen series: this pair never has the very same figure in two years that follow one another"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e6,
        max_value=800e6,
        row_condition="area == 'CHN' and counterpart_area == 'USA' and item == 'SH' and year <= 2016",
        meta=because(
            "figures added up twice: China received 545 million US dollars at most from the United States until 2016"
        ),
    ),
    ExpectCodes(
        column="obs_status",
        codes=["L"],
        where="source = 'publications'",
        meta=because("a cell that exists and was not collected taken for a figure, such as zero", since="2018-09-29"),
    ),
]
