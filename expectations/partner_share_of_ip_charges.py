"""Suite of partner_share_of_ip_charges."""

from expectations.shared import anchor, between, contract, frozen, no_world, of_source, only, steady
from orchestration.guards.expectation_types import ExpectRows, ExpectYears

SOUTH_AFRICA = "source == 'bea' and counterpart_area == 'ZAF'"
LARGE_PARTNERS = "counterpart_area in ['ONS_EU27', 'USA']"

SUITE = [
    *contract(
        "partner_share_of_ip_charges",
        measures=[
            f"share_of_{flow}_{whole}" for flow in ("receipts_from", "payments_to") for whole in ("world", "region")
        ],
        items=["SH"],
        units=["PT"],
        bases=["derived", "balanced"],
        years=(1985, None),
    ),
    *of_source("world_bank+wto", 12, first=2005, last=2016),
    *of_source("publications+world_bank", 1, first=2016, last=2016),
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
    ),
    between(
        (0, 100),
        fault="a share above the whole or below nothing: numerator and whole of different units, years or vintages",
    ),
    ExpectRows(between=(5980, None), where="basis = 'balanced' and is_latest"),
    ExpectYears(where="basis = 'balanced' and counterpart_area = 'USA'", first=(1950, 2005), last=(2019, 2045)),
    anchor(
        "basis = 'balanced' and area = 'CHN' and counterpart_area = 'USA' and year = 2018 and "
        "measure = 'share_of_payments_to_world'",
        (20.6, 27.9),
        "Ministry of Commerce of China, June 2019: 8.64 of 35.6 billion US dollars; a balanced share lies near it,"
        " within 15 percent",
    ),
    only("obs_status", ["E"], "basis == 'balanced'", "an estimate without its mark"),
    between(
        (8, 32),
        "basis == 'balanced' and area == 'CHN' and (counterpart_area == 'USA' or counterpart_area == 'HKG' and "
        "measure == 'share_of_receipts_from_world')",
        "China's receipts from its two largest licensees divided by another whole, or zero for an empty cell",
    ),
    *of_source("ons", 641, first=2016, last=2021),
    *of_source("snb", 160, first=2015, last=2022),
    only("area", ["GBR"], "source == 'ons'", "the two sides exchanged: shares of what the United Kingdom reports"),
    only("area", ["CHE"], "source == 'snb'", "the two sides exchanged: shares of what Switzerland reports"),
    between(
        (20, 45),
        f"source == 'ons' and {LARGE_PARTNERS}",
        "another whole, or a zero for an empty cell: the European Union and the United States each have 20 to 38"
        " percent of British charges",
    ),
    between(
        (20, 40),
        f"source == 'snb' and {LARGE_PARTNERS}",
        "another whole: the United States pay 23 to 35 percent to Switzerland",
    ),
    frozen(f"source == 'ons' and {LARGE_PARTNERS}"),
    frozen("basis == 'balanced' and area == 'CHN' and counterpart_area in ['USA', 'JPN', 'HKG']"),
    ExpectRows(between=(860, None), where="source = 'bea' and is_latest"),
    ExpectYears(
        where="source = 'bea' and area = 'USA' and counterpart_area = 'CHE'", first=(1950, 2015), last=(2022, 2045)
    ),
    anchor(
        "source = 'bea' and area = 'USA' and counterpart_area = 'CHE' and year = 2019 and "
        "measure = 'share_of_payments_to_world'",
        (11, 18),
        "Swiss National Bank: 7.4 billion francs of licence fees from the United States in 2019; UN International Trade"
        " Statistics Yearbook: the United States paid 42.7 billion US dollars; 17.4 percent by the Swiss report",
    ),
    anchor(
        "source = 'bea' and area = 'USA' and counterpart_area = 'CHN' and year = 2020 and "
        "measure = 'share_of_receipts_from_region'",
        (18, 28),
        "CGTN, May 2025: one fifth of American receipts from Asia and the Pacific come from China",
    ),
    between(
        (18, 28),
        "source == 'bea' and counterpart_area == 'CHN' and measure == 'share_of_receipts_from_region'",
        "another whole, such as Europe or Asia without its residual: 19.4 to 26.4 percent from 2016 to 2020",
    ),
    steady(
        (0.6, 1.6),
        "source == 'bea' and area == 'USA' and counterpart_area == 'CHE' and measure == 'share_of_payments_to_world'",
        "the share moved by a quarter at most",
    ),
    anchor(
        "area = 'CHN' and counterpart_area = 'USA' and year = 2011 and basis = 'derived' and "
        "measure = 'share_of_payments_to_world'",
        (20, 32),
        "OECD and WTO, balanced trade in services, January 2021: 28.0 percent of what China paid in 2011",
    ),
    between(
        (0.1, 5),
        "source == 'world_bank+wto' and measure == 'share_of_payments_to_world'",
        "payments and whole of different units: the share of China rose from 0.2 to 1.2 percent",
    ),
    no_world("area"),
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
    between(
        (14, 32),
        "basis == 'balanced' and area == 'CHN' and counterpart_area in ['USA', 'JPN'] and "
        "measure == 'share_of_payments_to_world'",
        "China's payments to its two largest licensors divided by another whole, or receipts taken for payments",
    ),
    steady(
        (0.6, 1.8),
        "area == 'USA' and counterpart_area == 'CHN'",
        "China's share in American receipts never moved by half within a year",
    ),
    frozen("area == 'USA' and counterpart_area == 'CHN'"),
    between(
        (35, 85),
        f"{SOUTH_AFRICA} and measure == 'share_of_receipts_from_region'",
        "an empty figure as zero, or another whole: 58.5 to 61.0 percent of receipts from Africa, 2016 to 2020",
    ),
    frozen(SOUTH_AFRICA),
]
