"""Suite of mirror_asymmetry."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

EXCEPTIONS = {
    "unit_slip_newest_year": {
        "difference of world_bank": "the world's newest difference is what is left of two sums that are still "
        "incomplete, and may be of any size, near zero too; both sums are guarded in "
        "ip_receipts and ip_payments",
        "log_ratio of world_bank": "the world's newest difference is what is left of two sums that are still "
        "incomplete, and may be of any size, near zero too; both sums are guarded in "
        "ip_receipts and ip_payments",
        "relative_difference of world_bank": "the world's newest difference is what is left of two sums that are still "
        "incomplete, and may be of any size, near zero too; both sums are guarded in "
        "ip_receipts and ip_payments",
    },
}
"""Faults that the suite does not catch, each with the reason for each part of the metric."""

SUITE = [
    *contract(
        "mirror_asymmetry",
        measures=["difference", "relative_difference", "log_ratio"],
        units=["USD", "PT", "PN"],
        bases=["derived"],
        years=(1960, None),
    ),
    ExpectRows(between=(525, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(192, None), where="source = 'world_bank' and is_latest", meta=because(since="2026-07-01")),
    ExpectYears(where="area = 'W00'", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'world_bank'", first=(1950, 1962)),
    ExpectYears(where="source = 'world_bank'", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectAnchor(
        where="area = 'W00' and year = 2019 and measure = 'difference'",
        between=(-61.4e9, -45.4e9),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: receipts 406.1 less payments 459.5 "
            "billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2019 and measure = 'relative_difference'",
        between=(-14.2, -10.5),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 406.1 against 459.5 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2019 and measure = 'log_ratio'",
        between=(-0.142, -0.105),
        meta=because(
            evidence="UN International Trade Statistics Yearbook, SH, 2019: 406.1 against 459.5 billion US dollars",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and year = 2018 and item = 'SH' and measure = 'difference'",
        between=(-200e6, -80e6),
        meta=because(
            evidence="Congressional Research Service 8.5 and Ministry of Commerce of China 8.64 billion US "
            "dollars, with their rounding",
            since="2019-08-07",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and year = 2011 and item = 'SH' and measure = 'difference'",
        between=(400e6, 800e6),
        meta=because(
            evidence="WTO's 4.13 against about 3.5 billion US dollars of the Ministry of Commerce of China",
            since="2018-12-12",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = "
        "'relative_difference'",
        between=(-2.4, -0.9),
        meta=because(
            evidence="8.5 billion US dollars by the Bureau of Economic Analysis, 8.64 by the Ministry of Commerce "
            "of China",
            since="2019-08-07",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = 'log_ratio'",
        between=(-0.024, -0.009),
        meta=because(
            evidence="8.5 billion US dollars by the Bureau of Economic Analysis, 8.64 by the Ministry of Commerce "
            "of China",
            since="2019-08-07",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011 and measure = "
        "'relative_difference'",
        between=(10, 22),
        meta=because(
            evidence="4.1 billion US dollars in US figures, 3.5 by the Ministry of Commerce of China",
            since="2018-12-12",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011 and measure = 'log_ratio'",
        between=(0.1, 0.22),
        meta=because(
            evidence="4.1 billion US dollars in US figures, 3.5 by the Ministry of Commerce of China",
            since="2018-12-12",
        ),
    ),
    VALUE_EVERYWHERE,
    ExpectCodes(
        column="measure",
        codes=["difference", "relative_difference", "log_ratio"],
        meta=because("a whole measure is missing"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-200e9,
        max_value=200e9,
        row_condition="measure == 'difference'",
        meta=because("reports in different units"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-200,
        max_value=200,
        row_condition="measure == 'relative_difference'",
        meta=because("a relative difference outside its range: a report with a sign"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-12,
        max_value=12,
        row_condition="measure == 'log_ratio'",
        meta=because("reports in different units: one is more than a hundred thousand times the other"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-1,
        max_value=1,
        row_condition="measure == 'log_ratio' and area == 'USA' and counterpart_area == 'CHN' and item == 'SH'",
        meta=because("reports in different units between the United States and China"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["USD"],
        row_condition="measure == 'difference'",
        meta=because("a difference in another unit"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure == 'relative_difference'",
        meta=because("a relative difference in another unit"),
    ),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item", regex="^S[A-Z0-9]*$", meta=because("an item that is no service, or one under a changed code")
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2018-12-12"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["CHN"],
        where="area = 'USA'",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2018-12-12"),
    ),
    YEAR_IS_OVER,
]
