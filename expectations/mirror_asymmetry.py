"""Suite of mirror_asymmetry."""

import great_expectations.expectations as gxe

from expectations.shared import anchor, because, between, contract, only
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

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
    anchor(
        "area = 'W00' and year = 2019 and measure = 'difference'",
        (-61.4e9, -45.4e9),
        "UN International Trade Statistics Yearbook, SH, 2019: receipts 406.1 less payments 459.5 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'W00' and year = 2019 and measure = 'relative_difference'",
        (-14.2, -10.5),
        "UN International Trade Statistics Yearbook, SH, 2019: 406.1 against 459.5 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'W00' and year = 2019 and measure = 'log_ratio'",
        (-0.142, -0.105),
        "UN International Trade Statistics Yearbook, SH, 2019: 406.1 against 459.5 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and year = 2018 and item = 'SH' and measure = 'difference'",
        (-200e6, -80e6),
        "Congressional Research Service 8.5 and Ministry of Commerce of China 8.64 billion US dollars, with "
        "their rounding",
        since="2019-08-07",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and year = 2011 and item = 'SH' and measure = 'difference'",
        (400e6, 800e6),
        "WTO's 4.13 against about 3.5 billion US dollars of the Ministry of Commerce of China",
        since="2018-12-12",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = 'relative_difference'",
        (-2.4, -0.9),
        "8.5 billion US dollars by the Bureau of Economic Analysis, 8.64 by the Ministry of Commerce of China",
        since="2019-08-07",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = 'log_ratio'",
        (-0.024, -0.009),
        "8.5 billion US dollars by the Bureau of Economic Analysis, 8.64 by the Ministry of Commerce of China",
        since="2019-08-07",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011 and measure = 'relative_difference'",
        (10, 22),
        "4.1 billion US dollars in US figures, 3.5 by the Ministry of Commerce of China",
        since="2018-12-12",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011 and measure = 'log_ratio'",
        (0.1, 0.22),
        "4.1 billion US dollars in US figures, 3.5 by the Ministry of Commerce of China",
        since="2018-12-12",
    ),
    ExpectCodes(column="measure", codes=["difference", "relative_difference", "log_ratio"]),
    between((-200e9, 200e9), "measure == 'difference'", "reports in different units"),
    between(
        (-200, 200), "measure == 'relative_difference'", "a relative difference outside its range: a report with a sign"
    ),
    between(
        (-12, 12),
        "measure == 'log_ratio'",
        "reports in different units: one is more than a hundred thousand times the other",
    ),
    between(
        (-1, 1),
        "measure == 'log_ratio' and area == 'USA' and counterpart_area == 'CHN' and item == 'SH'",
        "reports in different units between the United States and China",
    ),
    only("unit", ["USD"], "measure == 'difference'"),
    only("unit", ["PT"], "measure == 'relative_difference'"),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item", regex="^S[A-Z0-9]*$", meta=because("an item that is no service, or one under a changed code")
    ),
    ExpectCodes(column="area", codes=["USA", "W00"], where="is_latest", meta=because(since="2018-12-12")),
    ExpectCodes(column="counterpart_area", codes=["CHN"], where="area = 'USA'", meta=because(since="2018-12-12")),
]
