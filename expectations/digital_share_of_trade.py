"""Suite of digital_share_of_trade."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodeCount, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "digital_share_of_trade",
        measures=[
            "deliverable_share_of_exports",
            "deliverable_share_of_imports",
            "delivered_share_of_exports",
            "delivered_share_of_imports",
        ],
        items=["_T"],
        units=["PT"],
        bases=["derived", "reported"],
        years=(2000, None),
    ),
    ExpectRows(between=(1580, None), meta=because(since="2026-07-01")),
    ExpectRows(
        between=(1640, None), where="source = 'unctad+world_bank' and is_latest", meta=because(since="2026-07-01")
    ),
    ExpectRows(between=(2, None), where="source = 'publications' and is_latest", meta=because(since="2024-04-11")),
    ExpectYears(where="area = 'USA'", last=(2023, 2045), meta=because(since="2026-07-01")),
    ExpectYears(
        where="source = 'unctad+world_bank'", first=(1950, 2010), last=(2023, 2045), meta=because(since="2026-07-01")
    ),
    ExpectYears(where="source = 'publications'", first=(1950, 2022)),
    ExpectYears(where="source = 'publications'", last=(2023, 2045), meta=because(since="2024-04-11")),
    ExpectAnchor(
        where="area = 'W00' and year = 2023 and measure = 'deliverable_share_of_exports'",
        between=(13.1, 17.3),
        meta=because(
            evidence="WTO, April 2024: 13.8 percent were delivered, and deliverable is the upper bound",
            since="2026-07-01",
        ),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2022 and measure = 'delivered_share_of_exports'",
        between=(11.5, 12.5),
        meta=because(evidence="WTO, June 2023: 12 percent"),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2023 and measure = 'delivered_share_of_exports'",
        between=(13.75, 13.85),
        meta=because(evidence="WTO, April 2024: 13.8 percent", since="2024-04-11"),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2023 and measure = 'deliverable_share_of_exports'",
        between=(20, 26),
        meta=because(
            evidence="WTO: 649 billion US dollars delivered in 2023, more than a fifth of American exports",
            since="2026-07-01",
        ),
    ),
    VALUE_EVERYWHERE,
    ExpectCodes(
        column="measure",
        codes=["deliverable_share_of_exports", "deliverable_share_of_imports", "delivered_share_of_exports"],
        meta=because("a whole measure is missing", since="2026-07-01"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=100,
        meta=because(
            "a share above the whole or below nothing: UNCTAD's millions against the World Bank's dollars, for example"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=10,
        max_value=35,
        row_condition="area == 'USA' and measure == 'deliverable_share_of_exports'",
        meta=because("exports and imports exchanged, or another economy's figures"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=4,
        max_value=15,
        row_condition="area == 'USA' and measure == 'deliverable_share_of_imports'",
        meta=because("exports and imports exchanged, or another economy's figures"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=2,
        max_value=10,
        row_condition="area == 'CHN' and measure != 'delivered_share_of_exports'",
        meta=because("another economy's figures, or other units"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="basis",
        value_set=["reported"],
        row_condition="measure == 'delivered_share_of_exports'",
        meta=because("a calculated share passed off as WTO's published one"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="basis",
        value_set=["derived"],
        row_condition="measure != 'delivered_share_of_exports'",
        meta=because("a published share mixed into the calculated series: delivered is not deliverable"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2026-07-01"),
    ),
    YEAR_IS_OVER,
    ExpectCodeCount(
        column="area",
        between=(60, 250),
        where="length(area) = 3 and area <> 'W00' and is_latest",
        meta=because("an economy dropped, or aggregates counted as countries", since="2026-07-01"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.6,
        max_value=1.6,
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR', 'KOR', 'W00']",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: the share of a big economy "
            "never moved by half within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR', 'W00']",
        meta=because(
            "a frozen series: a big economy never has the very same figure in two years that follow one another"
        ),
    ),
]
