"""Suite of technology_specialisation."""

import great_expectations.expectations as gxe

from expectations.shared import because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "technology_specialisation",
        measures=["revealed_technology_advantage"],
        items=[
            "WIPO_01",
            "WIPO_02",
            "WIPO_03",
            "WIPO_04",
            "WIPO_05",
            "WIPO_06",
            "WIPO_07",
            "WIPO_08",
            "WIPO_09",
            "WIPO_10",
            "WIPO_11",
            "WIPO_12",
            "WIPO_13",
            "WIPO_14",
            "WIPO_15",
            "WIPO_16",
            "WIPO_17",
            "WIPO_18",
            "WIPO_19",
            "WIPO_20",
            "WIPO_21",
            "WIPO_22",
            "WIPO_23",
            "WIPO_24",
            "WIPO_25",
            "WIPO_26",
            "WIPO_27",
            "WIPO_28",
            "WIPO_29",
            "WIPO_30",
            "WIPO_31",
            "WIPO_32",
            "WIPO_33",
            "WIPO_34",
            "WIPO_35",
        ],
        units=["PN"],
        bases=["derived"],
        statuses=["A", "E", "P", "U"],
        clocks=["grant_year"],
    ),
    ExpectRows(between=(6440, None), where="source = 'ncses' and is_latest", meta=because(since="2022-03-08")),
    ExpectYears(
        where="source = 'ncses' and area = 'USA'",
        first=(1950, 1998),
        last=(2020, 2045),
        meta=because(since="2022-03-08"),
    ),
    ExpectAnchor(
        where="area = 'USA' and item = 'WIPO_06' and year = 2010",
        between=(2, 2.8),
        meta=because(
            "a ratio turned upside down, another economy or another field: computer technology weighed "
            "more than twice as much in the United States as in the world",
            since="2022-03-08",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and item = 'WIPO_16' and year = 2005",
        between=(4.3, 5.8),
        meta=because(
            "a ratio turned upside down, another economy or another field: pharmaceuticals weighed five "
            "times as much in China as in the world",
            since="2022-03-08",
        ),
    ),
    gxe.ExpectColumnValuesToNotBeNull(column="value", meta=because("a figure lost on the way", every_vintage=True)),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        meta=because("a sign flip: a ratio of shares is never below zero", every_vintage=True),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        max_value=15,
        meta=because("a unit slip or an outlier: the highest value, 13.9, is of India with 28 families in a field"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.15,
        max_value=3,
        row_condition="area == 'USA'",
        meta=because(
            "an outlier, a zero for an empty cell or percent for a ratio: the United States lay between "
            "0.2 and 2.6 in every field"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.1,
        max_value=3.5,
        row_condition="area == 'CHN' and year >= 2010",
        meta=because("an outlier, a zero for an empty cell or percent for a ratio in one of China's fields"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN'] and obs_status == 'A'",
        meta=because("a frozen series: a share of families never stays the very same"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "KOR", "DEU", "IND", "TWN"],
        where="is_latest",
        meta=because("an economy dropped, or under another code", since="2022-03-08"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area",
        value_set=["W00"],
        meta=because("the world among the economies that are compared with it", every_vintage=True),
    ),
    ExpectCodes(
        column="obs_status",
        codes=["U"],
        where="area = 'IND'",
        meta=because("values of a handful of families without their mark", since="2022-03-08"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="counterpart_area",
        value_set=["W00"],
        meta=because("a counterpart on a figure that has none", every_vintage=True),
    ),
]
