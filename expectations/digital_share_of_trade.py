"""Suite of digital_share_of_trade."""

from expectations.shared import anchor, between, contract, countries, frozen, of_source, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

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
    ExpectRows(between=(1580, None)),
    *of_source("unctad+world_bank", 1640, first=2010, last=2023),
    *of_source("publications", 2, first=2022, last=2023),
    ExpectYears(where="area = 'USA'", last=(2023, 2045)),
    anchor(
        "area = 'W00' and year = 2023 and measure = 'deliverable_share_of_exports'",
        (13.1, 17.3),
        "WTO, April 2024: 13.8 percent were delivered, and deliverable is the upper bound",
    ),
    anchor(
        "area = 'W00' and year = 2022 and measure = 'delivered_share_of_exports'",
        (11.5, 12.5),
        "WTO, June 2023: 12 percent",
    ),
    anchor(
        "area = 'W00' and year = 2023 and measure = 'delivered_share_of_exports'",
        (13.75, 13.85),
        "WTO, April 2024: 13.8 percent",
    ),
    anchor(
        "area = 'USA' and year = 2023 and measure = 'deliverable_share_of_exports'",
        (20, 26),
        "WTO: 649 billion US dollars delivered in 2023, more than a fifth of American exports",
    ),
    ExpectCodes(
        column="measure",
        codes=["deliverable_share_of_exports", "deliverable_share_of_imports", "delivered_share_of_exports"],
    ),
    between(
        (0, 100),
        fault="a share above the whole or below nothing: UNCTAD's millions against the World Bank's dollars, for "
        "example",
    ),
    between(
        (10, 35),
        "area == 'USA' and measure == 'deliverable_share_of_exports'",
        "exports and imports exchanged, or another economy's figures",
    ),
    between(
        (22, 58),
        "area == 'GBR' and measure == 'deliverable_share_of_exports'",
        "exports counted twice or exchanged with imports: 30 to 42 percent from 2010 to 2023",
    ),
    between(
        (4, 15),
        "area == 'USA' and measure == 'deliverable_share_of_imports'",
        "exports and imports exchanged, or another economy's figures",
    ),
    between(
        (2, 10),
        "area == 'CHN' and measure != 'delivered_share_of_exports'",
        "another economy's figures, or other units",
    ),
    only(
        "basis",
        ["reported"],
        "measure == 'delivered_share_of_exports'",
        "a calculated share passed off as WTO's published one",
    ),
    only(
        "basis",
        ["derived"],
        "measure != 'delivered_share_of_exports'",
        "a published share mixed into the calculated series: delivered is not deliverable",
    ),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"], where="is_latest"),
    countries(60),
    steady(
        (0.6, 1.6),
        "area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR', 'KOR', 'W00']",
        "the share of a big economy never moved by half within a year",
    ),
    frozen("area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR', 'W00']"),
]
