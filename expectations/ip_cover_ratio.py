"""Suite of ip_cover_ratio."""

import great_expectations.expectations as gxe

from expectations.shared import NO_WORLD_BANK_REGION, VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
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
        "ip_cover_ratio", measures=["cover_ratio"], items=["SH"], units=["PN"], bases=["derived"], years=(1950, None)
    ),
    ExpectRows(between=(12_300, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(4500, None), where="source = 'world_bank' and is_latest", meta=because(since="2025-12-17")),
    ExpectRows(between=(26, None), where="source = 'safe' and is_latest", meta=because(since="2023-06-30")),
    ExpectYears(where="area = 'USA' and is_latest", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'safe'", first=(1950, 1997), last=(2022, 2045), meta=because(since="2023-06-30")),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970)),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectAnchor(
        where="area = 'W00' and year = 2019",
        between=(0.839597, 0.927976),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 406.1 over 459.5", since="2025-12-17"
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2019",
        between=(2.47447, 3.02436),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 117.4 over 42.7", since="2025-12-17"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 1998",
        between=(0.141914, 0.156852),
        meta=because(evidence="National Bureau of Statistics of China, yearbook 1999: 62.69 over 419.66"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2023",
        between=(0.239578, 0.275644),
        meta=because(evidence="State Administration of Foreign Exchange, 2023: 11.0 over 42.7", since="2025-12-17"),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2010 and is_latest",
        between=(2.9, 3.2),
        meta=because(
            evidence="Bureau of Economic Analysis after its benchmark revision: 95.0 received, 31.1 billion US "
            "dollars paid; receipts of 2018 against payments of today give 3.5",
            since="2025-12-17",
        ),
    ),
    VALUE_EVERYWHERE,
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=5000,
        meta=because("a ratio of figures in different units, or with a sign"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.005,
        max_value=20,
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR', 'FRA', 'KOR', 'W00'] and year >= 1985",
        meta=because("a ratio of figures in different units: no big economy ever earned 20 times what it paid"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1.5,
        max_value=6,
        row_condition="area == 'USA' and year >= 1990",
        meta=because("receipts and payments of the United States exchanged: it earned 1.5 to 6 times what it paid"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.005,
        max_value=0.7,
        row_condition="area == 'CHN' and year >= 1998",
        meta=because("receipts and payments of China exchanged: it always paid more than it earned"),
    ),
    ExpectCodes(
        column="source",
        codes=["safe", "world_bank"],
        where="is_latest",
        meta=because("a source is missing among the newest figures", since="2023-06-30"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
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
        min_value=0.5,
        max_value=2,
        row_condition="area in ['USA', 'JPN']",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: the ratio of the United "
            "States and Japan never halved or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.4,
        max_value=5,
        row_condition="area == 'CHN'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: China's ratio never fell to "
            "less than a half or rose to more than five times within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'JPN']",
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
