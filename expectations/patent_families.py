"""Suite of patent_families."""

import great_expectations.expectations as gxe

from expectations.shared import because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "patent_families",
        measures=["families"],
        items=[
            "_T",
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
            "WIPO_NONE",
        ],
        units=["PATF"],
        bases=["reported"],
        statuses=["A", "E", "P", "U"],
        clocks=["grant_year"],
    ),
    ExpectRows(between=(7659, None), where="source = 'ncses' and is_latest", meta=because(since="2022-03-08")),
    ExpectYears(
        where="source = 'ncses' and area = 'USA'",
        first=(1950, 1998),
        last=(2020, 2045),
        meta=because(since="2022-03-08"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and item = '_T' and year = 2020",
        between=(400_000, 530_000),
        meta=because(
            evidence="World Intellectual Property Organization, Indicators 2021: the office of China granted "
            "530,127 patents in 2020; most families begin with one of these",
            since="2022-03-08",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and item = '_T' and year = 2016",
        between=(70_000, 143_203),
        meta=because(
            evidence="NCSES: 143,203 patents of inventors in the United States in 2016 at their own office by "
            "fractional count, several of them to one family",
            since="2022-03-08",
        ),
    ),
    gxe.ExpectColumnValuesToNotBeNull(column="value", meta=because("a figure lost on the way", every_vintage=True)),
    gxe.ExpectColumnValuesToBeBetween(
        column="value", min_value=0, meta=because("a sign flip: nobody invents less than nothing", every_vintage=True)
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value", max_value=1.1e6, meta=because("a unit slip: more families than the world had")
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=40_000,
        max_value=120_000,
        row_condition="area == 'USA' and item == '_T'",
        meta=because(
            "an outlier, a zero for an empty cell or a year in other units: the United States had 52,000 "
            "to 98,000 families a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2.6,
        row_condition="area in ['USA', 'CHN', 'W00', 'JPN', 'DEU'] and item == '_T'",
        meta=because(
            "an outlier, a zero for an empty cell or a year in other units: families of large economies "
            "grew by a factor of 2.35 within a year at most"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'W00'] and item == '_T'",
        meta=because(
            "a frozen series: a large economy never has the very same number in two years that follow one another"
        ),
    ),
    ExpectCodes(
        column="area",
        codes=["W00", "USA", "CHN", "JPN", "KOR", "DEU", "IND", "TWN"],
        where="is_latest",
        meta=because("an economy or the world dropped, or under another code", since="2022-03-08"),
    ),
    ExpectCodes(
        column="item",
        codes=["_T", "WIPO_01", "WIPO_06", "WIPO_16", "WIPO_35", "WIPO_NONE"],
        where="area = 'CHN'",
        meta=because("a field or the total under a changed code", since="2022-03-08"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="counterpart_area",
        value_set=["W00"],
        meta=because("a counterpart on a figure that has none", every_vintage=True),
    ),
]
