"""Suite of partner_share_of_ip_receipts."""

from expectations.shared import anchor, because, between, contract, frozen, no_world, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

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
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and year = 2016 and measure = 'share_of_receipts_from_world'",
        (5.91165, 6.93976),
        "US figures of September 2018: about 8.0 billion US dollars from China, of the 124.5 then published for 2016",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and year = 2011 and measure = 'share_of_receipts_from_world'",
        (2.65152, 3.97727),
        "about 3.5 billion US dollars in 2011 (Ministry of Commerce of China) of 105.6 in 2010 (US Bureau of "
        "Economic Analysis, May 2012)",
        since="2018-12-12",
    ),
    ExpectCodes(column="measure", codes=["share_of_receipts_from_world"]),
    between(
        (0, 100),
        fault="a share above the whole or below nothing: numerator and whole of different units, years or vintages",
    ),
    between(
        (1, 12),
        "area == 'USA' and counterpart_area == 'CHN' and measure == 'share_of_receipts_from_world'",
        "China's share in American receipts from the world: numerator and whole of different units, years or economies",
    ),
    between(
        (5, 50),
        "area == 'USA' and counterpart_area == 'CHN' and measure == 'share_of_receipts_from_region'",
        "China's share in American receipts from Asia and the Pacific taken from another whole",
    ),
    ExpectCodes(column="area", codes=["USA"], where="is_latest"),
    ExpectCodes(column="counterpart_area", codes=["CHN"], where="is_latest"),
    ExpectCodes(
        column="source",
        codes=["publications+world_bank", "world_bank+wto"],
        where="is_latest",
        meta=because(since="2018-12-12"),
    ),
    no_world("counterpart_area"),
    no_world("area"),
    steady(
        (0.6, 1.8),
        "area == 'USA' and counterpart_area == 'CHN'",
        "China's share in American receipts never moved by half within a year",
    ),
    frozen("area == 'USA' and counterpart_area == 'CHN'"),
]
