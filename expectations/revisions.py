"""Suite of revisions."""

import great_expectations.expectations as gxe

from expectations.shared import NO_WORLD_BANK_REGION, VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import (
    ExpectAnchor,
    ExpectCodeCount,
    ExpectCodes,
    ExpectLargest,
    ExpectRows,
    ExpectYears,
)

WITHOUT = {
    "only_codes(unit)": "a revision is in the unit of its series, and dim_unit holds every unit",
    "only_codes(clock)": "a revision is dated by the clock of its series",
    "only_codes(authority)": "a revision is of the office or list of its series",
    "unique_key of newest": "a figure that was revised twice has two revisions, and none replaces another",
}
"""Expectations of the metric contract that do not apply, each with the reason."""

SUITE = [
    *contract("revisions", bases=["derived"], statuses=["A"], years=(1950, None), without=WITHOUT),
    ExpectRows(between=(8500, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(8850, None), where="source = 'world_bank' and is_latest", meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'world_bank'", last=(2024, 2045), meta=because(since="2026-07-01")),
    ExpectAnchor(
        where="source = 'publications' and area = 'USA' and counterpart_area = 'CHN' and year = 2022 and "
        "measure = 'bilateral_services_X_absolute_change'",
        between=(200e6, 400e6),
        meta=because(
            evidence="services of the United States to China in 2022: 41.5 billion US dollars by the "
            "Congressional Research Service in March 2024, 41.8 by the US-China Business Council in April",
            since="2024-04-23",
        ),
    ),
    ExpectAnchor(
        where="source = 'publications' and area = 'USA' and counterpart_area = 'CHN' and year = 2022 and "
        "measure = 'bilateral_services_X_relative_change'",
        between=(0.48, 0.97),
        meta=because(
            evidence="services of the United States to China in 2022: 41.5 billion US dollars by the "
            "Congressional Research Service in March 2024, 41.8 by the US-China Business Council in April",
            since="2024-04-23",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2010 and measure = 'ip_receipts_relative_change'",
        between=(-15, -5),
        meta=because(
            evidence="US Bureau of Economic Analysis, 105.6 billion US dollars as known in May 2012, against 95.0 "
            "now: minus 10 percent",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2010 and measure = 'ip_receipts_absolute_change'",
        between=(-15.8e9, -5.3e9),
        meta=because(
            evidence="US Bureau of Economic Analysis, 105.6 billion US dollars as known in May 2012, against 95.0 now",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2016 and measure = 'ip_payments_absolute_change'",
        between=(-3.2e9, -1.7e9),
        meta=because(
            evidence="44.4 billion US dollars before, 42.0 after the benchmark revision of the Bureau of Economic "
            "Analysis",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2016 and measure = 'ip_payments_relative_change'",
        between=(-7.2, -3.8),
        meta=because(
            evidence="44.4 billion US dollars before, 42.0 after the benchmark revision of the Bureau of Economic "
            "Analysis",
            since="2025-12-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2024 and measure = 'ip_receipts_absolute_change'",
        between=(-4.5e9, -2e9),
        meta=because(
            "China's receipts of 2024 in another currency, or counted twice: 10.1 billion US dollars in "
            "December 2025, 7.1 in July 2026, or no such row",
            since="2026-07-01",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2024 and measure = 'ip_payments_absolute_change'",
        between=(20e6, 80e6),
        meta=because(
            "China's payments of 2024 in another currency, or counted twice: 43 million US dollars were "
            "added to 45.8 billion in July 2026, or no such row",
            since="2026-07-01",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2024 and measure = 'ip_payments_relative_change'",
        between=(0.05, 0.17),
        meta=because(
            "China's payments of 2024 in other units: 43 million US dollars were added to 45.8 billion "
            "in July 2026, or no such row",
            since="2026-07-01",
        ),
    ),
    VALUE_EVERYWHERE,
    gxe.ExpectColumnValuesToMatchRegex(
        column="measure",
        regex="^[a-zA-Z0-9_]+_(absolute|relative)_change$",
        meta=because("a measure that is named neither an absolute nor a relative change"),
    ),
    ExpectCodes(
        column="measure",
        codes=[
            "ip_receipts_absolute_change",
            "ip_receipts_relative_change",
            "ip_payments_absolute_change",
            "ip_payments_relative_change",
        ],
        where="is_latest",
        meta=because("the revisions of a whole series are missing", since="2025-12-17"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-200,
        max_value=100e6,
        row_condition="measure.str.endswith('_relative_change')",
        meta=because("a relative change of figures in different units"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-300e9,
        max_value=300e9,
        row_condition="unit == 'USD'",
        meta=because("an absolute change of figures in different units"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-40,
        max_value=40,
        row_condition="area in ['USA', 'JPN', 'W00'] and measure in ['ip_receipts_relative_change', "
        "'ip_payments_relative_change'] and year >= 1985",
        meta=because("vintages in different units, or of different economies"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-150e9,
        max_value=150e9,
        row_condition="area in ['USA', 'JPN', 'CHN'] and unit == 'USD'",
        meta=because("vintages in different units, or of different economies"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="item",
        value_set=["SH"],
        row_condition="measure.str.startswith('ip_') and source == 'world_bank'",
        meta=because("an item that a series does not have, or one under a changed code"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT", "USD"],
        row_condition="measure.str.startswith('ip_')",
        meta=because("a revision in a unit that its series does not have"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="clock",
        value_set=["reference_year"],
        row_condition="measure.str.startswith('ip_')",
        meta=because("a year of another kind, such as the publication year taken for the reference year"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="authority",
        value_set=["_Z"],
        row_condition="measure.str.startswith('ip_')",
        meta=because("a revision of an office or list for a series that has none"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure.str.endswith('_relative_change')",
        meta=because("a relative change in another unit than percent"),
    ),
    ExpectYears(
        where="area = 'USA' and measure = 'ip_receipts_relative_change' and vintage < '2026-01-01'",
        first=(1999, 1999),
        meta=because(
            "figures of another year: the benchmark revision of American receipts begins with 1999", since="2025-12-17"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="value", value_set=[0], meta=because("a figure that did not change passed off as a revision")
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="is_latest", value_set=[True], meta=because("a revision hidden from the release: none is ever replaced")
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2026-07-01"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-20,
        max_value=-5,
        row_condition="area == 'USA' and measure == 'ip_receipts_relative_change' and year >= 2003 and year <= 2016",
        meta=because("the benchmark revision of American receipts of 2003 to 2016 is missing or has another sign"),
    ),
    YEAR_IS_OVER,
    ExpectCodeCount(
        column="area",
        between=(50, 250),
        where="length(area) = 3 and area <> 'W00' and is_latest",
        meta=because("an economy dropped, or aggregates counted as countries", since="2026-07-01"),
    ),
    NO_WORLD_BANK_REGION,
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'JPN']",
        meta=because(
            "a frozen series: a big economy never has the very same figure in two years that follow one another"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-6e9,
        max_value=-100e6,
        row_condition="area == 'USA' and measure == 'ip_payments_absolute_change' and year >= 2000 and year <= 2016",
        meta=because(
            "an outlier, or a revision with another sign: the benchmark revision lowered American "
            "payments of 2000 to 2016 by 0.3 to 4.7 billion US dollars"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-20e9,
        max_value=-5e9,
        row_condition="area == 'USA' and measure == 'ip_receipts_absolute_change' and year >= 1999 and year <= 2016",
        meta=because(
            "an outlier, or a revision with another sign: the benchmark revision lowered American "
            "receipts of 1999 to 2016 by 8 to 17 billion US dollars"
        ),
    ),
    ExpectLargest(
        between=(300e6, 30e9),
        where="year = 2024 and measure = 'ip_payments_absolute_change'",
        meta=because(
            "the newest year revised in other units: in July 2026 some economy was revised by hundreds "
            "of millions of US dollars, or by tens of percent",
            since="2026-07-01",
        ),
    ),
    ExpectLargest(
        between=(200e6, 20e9),
        where="year = 2024 and measure = 'ip_receipts_absolute_change'",
        meta=because(
            "the newest year revised in other units: in July 2026 some economy was revised by hundreds "
            "of millions of US dollars, or by tens of percent",
            since="2026-07-01",
        ),
    ),
    ExpectLargest(
        between=(10, 1000),
        where="year = 2024 and measure = 'ip_payments_relative_change'",
        meta=because(
            "the newest year revised in other units: in July 2026 some economy was revised by hundreds "
            "of millions of US dollars, or by tens of percent",
            since="2026-07-01",
        ),
    ),
    ExpectLargest(
        between=(20, 2000),
        where="year = 2024 and measure = 'ip_receipts_relative_change'",
        meta=because(
            "the newest year revised in other units: in July 2026 some economy was revised by hundreds "
            "of millions of US dollars, or by tens of percent",
            since="2026-07-01",
        ),
    ),
]
