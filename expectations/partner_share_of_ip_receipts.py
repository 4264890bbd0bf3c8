"""Suite of partner_share_of_ip_receipts."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "partner_share_of_ip_receipts",
        measures=["share_of_receipts_from_world", "share_of_receipts_from_region"],
        items=["SH"],
        units=["PT"],
        bases=["derived"],
        years=(1985, None),
    ),
    ExpectRows(between=(12, None), meta=because(since="2018-12-12")),
    ExpectRows(between=(12, None), where="source = 'world_bank+wto' and is_latest", meta=because(since="2018-12-12")),
    ExpectRows(between=(1, None), where="source = 'publications+world_bank' and is_latest"),
    ExpectYears(where="area = 'USA' and counterpart_area = 'CHN'", last=(2016, 2045)),
    ExpectYears(
        where="source = 'world_bank+wto'", first=(1950, 2005), last=(2016, 2045), meta=because(since="2018-12-12")
    ),
    ExpectYears(where="source = 'publications+world_bank'", first=(1950, 2016), last=(2016, 2045)),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and year = 2016 and measure = 'share_of_receipts_from_world'",
        between=(5.91165, 6.93976),
        meta=because(
            evidence="US figures of September 2018: about 8.0 billion US dollars from China, of the 124.5 then "
            "published for 2016"
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and year = 2011 and measure = 'share_of_receipts_from_world'",
        between=(2.65152, 3.97727),
        meta=because(
            evidence="about 3.5 billion US dollars in 2011 (Ministry of Commerce of China) of 105.6 in 2010 (US "
            "Bureau of Economic Analysis, May 2012)",
            since="2018-12-12",
        ),
    ),
    VALUE_EVERYWHERE,
    ExpectCodes(column="measure", codes=["share_of_receipts_from_world"], meta=because("a whole measure is missing")),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=100,
        meta=because(
            "a share above the whole or below nothing: numerator and whole of different units, years or vintages"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1,
        max_value=12,
        row_condition="area == 'USA' and counterpart_area == 'CHN' and measure == 'share_of_receipts_from_world'",
        meta=because(
            "China's share in American receipts from the world: numerator and whole of different units, "
            "years or economies"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=5,
        max_value=50,
        row_condition="area == 'USA' and counterpart_area == 'CHN' and measure == 'share_of_receipts_from_region'",
        meta=because("China's share in American receipts from Asia and the Pacific taken from another whole"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["CHN"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="source",
        codes=["publications+world_bank", "world_bank+wto"],
        where="is_latest",
        meta=because("a source is missing among the newest figures", since="2018-12-12"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="counterpart_area", value_set=["W00"], meta=because("the world as a partner of itself")
    ),
    YEAR_IS_OVER,
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area", value_set=["W00"], meta=because("the world counted among the countries")
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.6,
        max_value=1.8,
        row_condition="area == 'USA' and counterpart_area == 'CHN'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: China's share in American "
            "receipts never moved by half within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area == 'USA' and counterpart_area == 'CHN'",
        meta=because("a frozen series: this pair never has the very same figure in two years that follow one another"),
    ),
]
