"""Suite of services_complementarity."""

import great_expectations.expectations as gxe

from expectations.shared import NO_WORLD_BANK_REGION, VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodeCount, ExpectCodes, ExpectRows, ExpectYears

EXCEPTIONS = {
    "all_vintages_newest": {
        "all": "the one superseded row is the index of two prints of 2022 of which one was printed "
        "again without the other; no newer row of its series is beside it"
    },
}
"""Faults that the suite does not catch, each with the reason for each part of the metric."""

SUITE = [
    *contract(
        "services_complementarity",
        measures=["grubel_lloyd", "revealed_comparative_advantage", "trade_complementarity"],
        units=["PN"],
        bases=["derived"],
        years=(1960, None),
    ),
    ExpectRows(between=(4240, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(4000, None), where="source = 'world_bank' and is_latest", meta=because(since="2026-07-01")),
    ExpectRows(between=(397, None), where="source = 'wto' and is_latest"),
    ExpectRows(between=(2, None), where="source = 'bea' and is_latest", meta=because(since="2023-09-27")),
    ExpectYears(
        where="area = 'USA' and measure = 'revealed_comparative_advantage'",
        last=(2024, 2045),
        meta=because(since="2026-07-01"),
    ),
    ExpectYears(where="source = 'wto'", first=(1950, 2005), last=(2016, 2045)),
    ExpectYears(where="source = 'bea'", first=(1950, 2018), meta=because(since="2019-08-07")),
    ExpectYears(where="source = 'bea'", last=(2022, 2045), meta=because(since="2023-09-27")),
    ExpectYears(
        where="source = 'world_bank' and area in ('USA', 'CHN')",
        first=(1950, 1970),
        last=(2025, 2045),
        meta=because(since="2026-07-01"),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2018 and measure = 'grubel_lloyd'",
        between=(0.461141, 0.509682),
        meta=because(
            evidence="Congressional Research Service, August 2019: exports 57.1, imports 18.3 billion US dollars",
            since="2019-08-07",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2022 and measure = 'grubel_lloyd'",
        between=(0.742144, 0.820264),
        meta=because(
            evidence="Congressional Research Service, September 2023: exports 41.5, imports 26.6 billion US dollars",
            since="2023-09-27",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2019 and measure = 'revealed_comparative_advantage'",
        between=(2.3, 3.5),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 28.9 percent of world receipts by an "
            "economy with 8 to 12 percent of world exports",
            since="2026-07-01",
        ),
    ),
    ExpectAnchor(
        where="area = 'JPN' and year = 2019 and measure = 'revealed_comparative_advantage'",
        between=(2.5, 4),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 11.5 percent of world receipts by an "
            "economy with 3 to 4.5 percent of world exports",
            since="2026-07-01",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2019 and measure = 'revealed_comparative_advantage'",
        between=(0.11, 0.19),
        meta=because(
            "China's receipts added up twice, or set against another whole: 6.6 billion US dollars "
            "beside 2,600 of exports in 2019, the world 420 beside 25,000, or no such row",
            since="2026-07-01",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2016 and measure = 'revealed_comparative_advantage' and is_latest",
        between=(2.95, 3.3),
        meta=because(
            "receipts of one vintage set against exports of another: 113.0 billion US dollars after the "
            "benchmark revision, 124.5 before, or no such row",
            since="2026-07-01",
        ),
    ),
    VALUE_EVERYWHERE,
    ExpectCodes(
        column="measure",
        codes=["grubel_lloyd", "revealed_comparative_advantage"],
        meta=because("a whole measure is missing", since="2026-07-01"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=1,
        row_condition="measure == 'grubel_lloyd'",
        meta=because("an index outside its range: flows with a sign, or of different units"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=50,
        row_condition="measure == 'revealed_comparative_advantage'",
        meta=because("receipts and exports of different units or vintages"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=100,
        row_condition="measure == 'trade_complementarity'",
        meta=because("an index outside its range: shares that do not sum to one"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1.5,
        max_value=8,
        row_condition="measure == 'revealed_comparative_advantage' and area in ['USA', 'JPN'] and year >= 2000",
        meta=because(
            "the advantage of the United States and Japan lost: receipts of another economy, or exports in other units"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.001,
        max_value=1,
        row_condition="measure == 'revealed_comparative_advantage' and area == 'CHN' and year >= 2000",
        meta=because("an advantage of China that it does not have: receipts and payments exchanged"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2026-07-01"),
    ),
    ExpectCodes(
        column="item",
        codes=["_T", "S", "SH"],
        where="area = 'USA' and counterpart_area = 'CHN'",
        meta=because("the index of a main item, or over all of them, is missing"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area", value_set=["W00"], meta=because("the world compared with itself")
    ),
    YEAR_IS_OVER,
    ExpectCodeCount(
        column="area",
        between=(60, 250),
        where="length(area) = 3 and area <> 'W00' and is_latest",
        meta=because("an economy dropped, or aggregates counted as countries", since="2026-07-01"),
    ),
    NO_WORLD_BANK_REGION,
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.25,
        max_value=1,
        row_condition="measure == 'grubel_lloyd' and area == 'USA' and counterpart_area == 'CHN' and item in ['S', "
        "'_T']",
        meta=because("flows of different units: in services as a whole both sides sell and buy"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.03,
        max_value=0.3,
        row_condition="measure == 'grubel_lloyd' and area == 'USA' and counterpart_area == 'CHN' and item == 'SH' "
        "and year <= 2016",
        meta=because("flows of different units: China paid ten times what it received"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2,
        row_condition="measure == 'revealed_comparative_advantage' and area in ['USA', 'JPN', 'DEU', 'GBR'] and "
        "year >= 1985",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: the advantage of these "
            "economies never halved or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.4,
        max_value=5,
        row_condition="measure == 'revealed_comparative_advantage' and area == 'CHN'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: China's advantage never "
            "fell to less than a half or rose to more than five times within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.4,
        max_value=2,
        row_condition="measure == 'grubel_lloyd' and area == 'USA' and counterpart_area == 'CHN' and item in ['S', "
        "'SC', 'SC1', 'SC2', 'SC21', 'SC22', 'SC23', 'SD', 'SH', '_T']",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: the index of this pair "
            "never fell to less than a half or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and item in ['S', 'SC', 'SC1', 'SC2', 'SC21', "
        "'SC22', 'SC23', 'SD', 'SH', '_T']",
        meta=because(
            "a frozen series: a big economy never has the very same figure in two years that follow one another"
        ),
    ),
]
