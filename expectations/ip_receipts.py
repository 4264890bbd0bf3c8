"""Suite of ip_receipts."""

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
        "ip_receipts",
        measures=["receipts"],
        items=["SH"],
        units=["USD"],
        bases=["reported"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L", "M"],
        years=(1950, None),
    ),
    ExpectRows(between=(12_700, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(4490, None), where="source = 'world_bank' and is_latest", meta=because(since="2025-12-17")),
    ExpectRows(between=(26, None), where="source = 'safe' and is_latest", meta=because(since="2023-06-30")),
    ExpectYears(where="area = 'USA' and is_latest", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'safe'", first=(1950, 1997), last=(2022, 2045), meta=because(since="2023-06-30")),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970)),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectAnchor(
        where="area = 'W00' and year = 2019",
        between=(385.795e9, 426.405e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 406.1 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2019",
        between=(105.66e9, 129.14e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 28.9 percent of 406.1 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'JPN' and year = 2019",
        between=(44.365e9, 49.035e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 11.5 percent of 406.1 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2023",
        between=(10.45e9, 11.55e9),
        meta=because(
            evidence="State Administration of Foreign Exchange, 2023: 11.0 billion US dollars", since="2025-12-17"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 1998",
        between=(59.5555e6, 65.8245e6),
        meta=because(evidence="National Bureau of Statistics of China, yearbook 1999: 62.69 million US dollars"),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2003 and is_latest",
        between=(45.885e9, 50.715e9),
        meta=because(
            evidence="National Science Foundation, Science and Engineering Indicators 2006: 48.3 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2010",
        between=(89.76e9, 121.44e9),
        meta=because(evidence="US Bureau of Economic Analysis, May 2012: 105.6 billion US dollars, revised since"),
    ),
    VALUE_WHERE_REPORTED,
    NO_VALUE_WHERE_WITHHELD,
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-100e6,
        max_value=2e12,
        meta=because("a unit slip or a sign flip: more than any world total, or receipts below zero"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-100e6,
        max_value=400e9,
        row_condition="area.str.len() == 3 and area != 'W00'",
        meta=because("a unit slip: more than twice what any economy ever received"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "NLD", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="source",
        codes=["world_bank", "safe"],
        where="is_latest",
        meta=because("a source is missing among the newest figures", since="2023-06-30"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1.5e9,
        max_value=20e9,
        row_condition="area == 'CHN' and year >= 2018",
        meta=because("receipts and payments of China exchanged: payments are three times as large or more"),
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
        row_condition="area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1990",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: receipts of these economies "
            "never fell by a third or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=5,
        row_condition="area == 'CHN'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: China's receipts never "
            "halved or rose to more than five times within a year"
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
]
