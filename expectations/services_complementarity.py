"""Suite of services_complementarity."""

from expectations.shared import (
    NO_WORLD_BANK_REGION,
    anchor,
    because,
    between,
    contract,
    frozen,
    no_world,
    of_source,
    only,
    steady,
)
from orchestration.guards.expectation_types import ExpectAnchor, ExpectRows, ExpectYears

LARGE_PARTNERS = (
    "item in ['S', 'SJ'] and counterpart_area in ['USA', 'CHN', 'IND', 'MYS', 'IDN', 'CAN', 'JPN', 'DEU', 'KOR']"
)
SUITE = [
    *contract(
        "services_complementarity",
        measures=["grubel_lloyd", "revealed_comparative_advantage", "trade_complementarity"],
        units=["PN"],
        bases=["derived", "balanced"],
        years=(1960, None),
    ),
    *of_source("ons", 3608, first=2016, last=2021),
    ExpectRows(between=(5500, None), where="source = 'world_bank' and is_latest"),
    *of_source("wto", 397, first=2005, last=2016),
    ExpectRows(between=(16_848, None), where="basis = 'balanced' and is_latest"),
    *of_source("bea", 2, first=2018, last=2022),
    ExpectRows(between=(1, None), where="source = 'publications' and area = 'USA' and year = 2022"),
    ExpectYears(where="basis = 'balanced' and area = 'CHN'", first=(1950, 2005), last=(2019, 2045)),
    ExpectYears(where="source = 'world_bank' and area in ('USA', 'CHN')", first=(1950, 1970), last=(2025, 2045)),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2018 and measure = 'grubel_lloyd'",
        (0.461141, 0.509682),
        "Congressional Research Service, August 2019: exports 57.1, imports 18.3 billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'S' and year = 2022 and measure = 'grubel_lloyd'",
        (0.742144, 0.820264),
        "Congressional Research Service, September 2023: exports 41.5, imports 26.6 billion US dollars",
    ),
    anchor(
        "area = 'USA' and year = 2019 and measure = 'revealed_comparative_advantage'",
        (2.3, 3.5),
        "UN International Trade Statistics Yearbook, SH, 2019: 28.9 percent of world receipts by an economy "
        "with 8 to 12 percent of world exports",
    ),
    anchor(
        "area = 'JPN' and year = 2019 and measure = 'revealed_comparative_advantage'",
        (2.5, 4),
        "UN International Trade Statistics Yearbook, SH, 2019: 11.5 percent of world receipts by an economy "
        "with 3 to 4.5 percent of world exports",
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2019 and measure = 'revealed_comparative_advantage'",
        between=(0.11, 0.19),
        meta=because(
            "China's receipts added up twice, or set against another whole: 6.6 billion US dollars beside 2,600 "
            "of exports in 2019, the world 420 beside 25,000, or no such row"
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2016 and measure = 'revealed_comparative_advantage' and is_latest",
        between=(2.95, 3.3),
        meta=because(
            "receipts of one vintage set against exports of another: 113.0 billion US dollars after the benchmark "
            "revision, 124.5 before, or no such row"
        ),
    ),
    anchor(
        "basis = 'balanced' and area = 'CHN' and counterpart_area = 'W00' and item = 'SH' and year = 2018",
        (0.135, 0.405),
        "Ministry of Commerce of China, June 2019: China paid 35.6 billion US dollars; State Administration of Foreign "
        "Exchange: it received 5.6; the index of the two is 0.27, and a balanced one lies within half of it",
    ),
    only("obs_status", ["E"], "basis == 'balanced'", "an estimate without its mark"),
    between(
        (0.2, 1),
        f"basis == 'balanced' and {LARGE_PARTNERS}",
        "a zero for an empty cell: China and its large partners sell each other these services",
    ),
    frozen(f"basis == 'balanced' and {LARGE_PARTNERS}"),
    between(
        (0.3, 1),
        "source == 'ons' and item in ['S', 'SD', 'SJ', '_T'] and counterpart_area in ['W00', 'USA', 'DEU', 'FRA',"
        " 'IRL', 'BEL']",
        "flows of different units, or a zero for an empty cell: the United Kingdom sells and buys services from these"
        " alike",
    ),
    between(
        (0, 1), "measure == 'grubel_lloyd'", "an index outside its range: flows with a sign, or of different units"
    ),
    between(
        (0, 50),
        "measure == 'revealed_comparative_advantage' and area != 'KIR'",
        "receipts and exports of different units or vintages; the receipts of Kiribati until 1994 are large beside its"
        " exports",
    ),
    between(
        (0, 100), "measure == 'trade_complementarity'", "an index outside its range: shares that do not sum to one"
    ),
    no_world("area"),
    NO_WORLD_BANK_REGION,
    between(
        (0.25, 1),
        "measure == 'grubel_lloyd' and area == 'USA' and counterpart_area == 'CHN' and item in ['S', '_T']",
        "flows of different units: in services as a whole both sides sell and buy",
    ),
    steady(
        (0.5, 2),
        "measure == 'revealed_comparative_advantage' and area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1985",
        "the advantage of these economies never halved or doubled within a year",
    ),
    steady(
        (0.4, 5),
        "measure == 'revealed_comparative_advantage' and area == 'CHN'",
        "China's advantage never fell to less than a half or rose to more than five times within a year",
    ),
    frozen(
        "basis == 'derived' and area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and item in ['S', 'SC', 'SC1', 'SC2',"
        " 'SC21', 'SC22', 'SC23', 'SD', 'SH', '_T']"
    ),
    between(
        (1.5, 8),
        "measure == 'revealed_comparative_advantage' and area in ['USA', 'JPN'] and year >= 2000",
        "the advantage of the United States and Japan lost: receipts of another economy, or exports in other units",
    ),
    between(
        (0.001, 1),
        "measure == 'revealed_comparative_advantage' and area == 'CHN' and year >= 2000",
        "an advantage of China that it does not have: receipts and payments exchanged",
    ),
    between(
        (0.03, 0.3),
        "measure == 'grubel_lloyd' and area == 'USA' and counterpart_area == 'CHN' and item == 'SH' and year <= 2016",
        "flows of different units: China paid ten times what it received",
    ),
    steady(
        (0.4, 2),
        "measure == 'grubel_lloyd' and area == 'USA' and counterpart_area == 'CHN' and item in ['S', 'SC', "
        "'SC1', 'SC2', 'SC21', 'SC22', 'SC23', 'SD', 'SH', '_T']",
        "the index of this pair never fell to less than a half or doubled within a year",
    ),
]
