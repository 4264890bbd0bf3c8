"""Suite of technology_balance."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_WHERE_REPORTED, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "technology_balance",
        measures=["receipts", "payments", "balance", "coverage_ratio"],
        items=["_T", "SH", "SJ1"],
        units=["USD", "PN"],
        bases=["reported", "mirrored"],
    ),
    ExpectRows(between=(134, None)),
    ExpectRows(between=(134, None), where="source = 'wto' and is_latest"),
    ExpectYears(where="source = 'wto'", first=(1950, 2005), last=(2016, 2045)),
    ExpectAnchor(
        where="measure = 'receipts' and year = 2016 and area = 'USA' and counterpart_area = 'CHN' and "
        "basis = 'reported'",
        between=(7.8e9, 8.45e9),
        meta=because(evidence="WTO's 7,960 million for charges and 162 million for research added by hand"),
    ),
    ExpectAnchor(
        where="measure = 'payments' and year = 2016 and area = 'USA' and counterpart_area = 'CHN' and "
        "basis = 'reported'",
        between=(3e9, 3.28e9),
        meta=because(evidence="WTO's 545 million for charges and 2,594 million for research added by hand"),
    ),
    ExpectAnchor(
        where="measure = 'coverage_ratio' and item = 'SH' and year = 2016 and area = 'USA' and "
        "counterpart_area = 'CHN' and basis = 'reported'",
        between=(13.9, 15.4),
        meta=because(evidence="WTO's 7,960 by 545 million: 14.6"),
    ),
    ExpectAnchor(
        where="measure = 'payments' and year = 2016 and area = 'CHN' and counterpart_area = 'USA' and "
        "basis = 'mirrored'",
        between=(7.8e9, 8.45e9),
        meta=because(evidence="the United States' report turned: 8,122 million"),
    ),
    ExpectAnchor(
        where="measure = 'balance' and year = 2011 and area = 'USA' and counterpart_area = 'CHN' and basis "
        "= 'reported'",
        between=(2.6e9, 2.87e9),
        meta=because(evidence="WTO's charges and research of the middle year added by hand: 2,730 million"),
    ),
    VALUE_WHERE_REPORTED,
    ExpectCodes(
        column="measure",
        codes=["receipts", "payments", "balance", "coverage_ratio"],
        meta=because("a whole measure is missing"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit", value_set=["PN"], row_condition="measure == 'coverage_ratio'", meta=because("a ratio in dollars")
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["USD"],
        row_condition="measure != 'coverage_ratio'",
        meta=because("an amount in another unit"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="item",
        value_set=["_T"],
        row_condition="measure != 'coverage_ratio'",
        meta=because("an amount of one component, which belongs to bilateral_services_balance"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=None,
        row_condition="measure in ['receipts', 'payments', 'coverage_ratio']",
        meta=because("a sign flip: money received and paid is not negative"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-500e9,
        max_value=500e9,
        row_condition="unit == 'USD'",
        meta=because("a unit slip: no pair exchanges more"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e9,
        max_value=30e9,
        row_condition="measure == 'receipts' and area == 'USA' and counterpart_area == 'CHN' and basis == 'reported'",
        meta=because(
            "a unit slip, exchanged directions, an empty cell read as zero or figures counted twice: the "
            "United States received 1.6 to 8.1 billion a year from China"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=150e6,
        max_value=10e9,
        row_condition="measure == 'payments' and area == 'USA' and counterpart_area == 'CHN' and basis == 'reported'",
        meta=because(
            "a unit slip or an empty cell read as zero: the United States paid China 0.2 to 3.1 billion a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e9,
        max_value=20e9,
        row_condition="measure == 'balance' and area == 'USA' and counterpart_area == 'CHN' and basis == 'reported'",
        meta=because(
            "the sign turned or a component missing: the United States sold China more technology than "
            "it bought in every year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1.5,
        max_value=15,
        row_condition="measure == 'coverage_ratio' and item == '_T' and area == 'USA' and counterpart_area == "
        "'CHN' and basis == 'reported'",
        meta=because("a ratio upside down or of another pair"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=8,
        max_value=60,
        row_condition="measure == 'coverage_ratio' and item == 'SH' and area == 'USA' and counterpart_area == "
        "'CHN' and basis == 'reported'",
        meta=because("a ratio upside down or of another component"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.03,
        max_value=1,
        row_condition="measure == 'coverage_ratio' and item == 'SJ1' and area == 'USA' and counterpart_area == "
        "'CHN' and basis == 'reported'",
        meta=because("a ratio upside down or of another component"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.001,
        max_value=1000,
        row_condition="measure == 'coverage_ratio'",
        meta=because("a ratio of zero: an empty cell read as a number"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.4,
        max_value=2.5,
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == '_T' and year >= 2008",
        meta=because(
            "an outlier, or a year in other units: between two big economies the sums do not move so far in a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.3,
        max_value=3.3,
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item != '_T' and year >= 2008",
        meta=because("an outlier of one component"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN']",
        meta=because("a frozen series: the pair never has the very same figure in two years that follow one another"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN"],
        where="is_latest",
        meta=because("a big economy was dropped or has another code"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["CHN"],
        where="area = 'USA' and basis = 'reported' and is_latest",
        meta=because("the wrong side of the pair reports"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area", value_set=["W00"], meta=because("the world counted among the countries")
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="vintage_year",
        column_B="year",
        or_equal=True,
        meta=because("a figure about a year that had not begun when it became known"),
    ),
]
