"""Suite of ip_payments."""

import great_expectations.expectations as gxe

from expectations.shared import (
    NO_VALUE_WHERE_WITHHELD,
    NO_WORLD_BANK_REGION,
    VALUE_WHERE_REPORTED,
    YEAR_IS_OVER,
    because,
    contract,
)
from orchestration.guards.expectation_types import (
    ExpectAnchor,
    ExpectCodeCount,
    ExpectCodes,
    ExpectMedian,
    ExpectRows,
    ExpectYears,
)

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
    ExpectRows(between=(13_300, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(4780, None), where="source = 'world_bank' and is_latest", meta=because(since="2025-12-17")),
    ExpectRows(between=(26, None), where="source = 'safe' and is_latest", meta=because(since="2023-06-30")),
    ExpectRows(between=(8, None), where="source = 'bea' and is_latest", meta=because(since="2023-07-06")),
    ExpectYears(where="area = 'USA' and is_latest", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'safe'", first=(1950, 1997), last=(2022, 2045), meta=because(since="2023-06-30")),
    ExpectYears(where="source = 'bea'", first=(1950, 2015), last=(2022, 2045), meta=because(since="2023-07-06")),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970)),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectAnchor(
        where="area = 'W00' and year = 2019",
        between=(436.525e9, 482.475e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 459.5 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2019",
        between=(38.43e9, 46.97e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 9.3 percent of 459.5 billion US dollars",
            since="2023-07-06",
        ),
    ),
    ExpectAnchor(
        where="area = 'IRL' and year = 2019",
        between=(90.345e9, 99.855e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 20.7 percent of 459.5 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2017",
        between=(27.303e9, 30.177e9),
        meta=because(
            evidence="Ministry of Commerce of China, November 2018: 28.74 billion US dollars", since="2023-06-30"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2018",
        between=(33.82e9, 37.38e9),
        meta=because(evidence="Ministry of Commerce of China, June 2019: 35.6 billion US dollars", since="2023-06-30"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 1998",
        between=(398.677e6, 440.643e6),
        meta=because(evidence="National Bureau of Statistics of China, yearbook 1999: 419.66 million US dollars"),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2005",
        between=(22.785e9, 26.215e9),
        meta=because(
            evidence="National Science Foundation, Science and Engineering Indicators 2008: 24.5 billion US dollars"
        ),
    ),
    VALUE_WHERE_REPORTED,
    NO_VALUE_WHERE_WITHHELD,
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-100e6,
        max_value=2e12,
        meta=because(
            "a unit slip or a sign flip: more than any world total, or payments below zero (SAFE prints "
            "debits negative)"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-100e6,
        max_value=400e9,
        row_condition="area.str.len() == 3 and area != 'W00'",
        meta=because("a unit slip: twice what any economy ever paid"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "IRL", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="source",
        codes=["world_bank", "safe", "bea"],
        where="is_latest",
        meta=because("a source is missing among the newest figures", since="2023-07-06"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=25e9,
        max_value=100e9,
        row_condition="area == 'CHN' and year >= 2017",
        meta=because("receipts and payments of China exchanged: receipts are a third or less"),
    ),
    YEAR_IS_OVER,
    ExpectCodeCount(
        column="area",
        between=(60, 250),
        where="length(area) = 3 and area <> 'W00' and is_latest",
        meta=because("an economy dropped, or aggregates counted as countries", since="2025-12-17"),
    ),
    NO_WORLD_BANK_REGION,
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.6,
        max_value=2,
        row_condition="area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1980",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: payments of these economies "
            "never fell by a third or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2.5,
        row_condition="area == 'CHN'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: China's payments never "
            "halved or rose to more than double within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and year >= 1990",
        meta=because(
            "a frozen series: a big economy never has the very same figure in two years that follow one another"
        ),
    ),
    ExpectMedian(
        column="vintage_ratio",
        between=(0.97, 1.03),
        where="source = 'world_bank' and is_latest",
        meta=because(
            "a new vintage in other units, of other years or of other economies: half of its figures moved",
            since="2025-12-17",
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=30e9,
        max_value=150e9,
        row_condition="area == 'USA' and year >= 2015",
        meta=because(
            "a unit slip in one year: the United States paid 35 billion US dollars in 2015, and more in "
            "every later year"
        ),
    ),
]
