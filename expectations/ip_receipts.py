"""Suite of ip_receipts."""

from expectations.shared import (
    NO_WORLD_BANK_REGION,
    WORLD_BANK_REVISED_LITTLE,
    anchor,
    because,
    between,
    contract,
    countries,
    frozen,
    steady,
)
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "ip_receipts",
        measures=["receipts"],
        items=["SH"],
        units=["USD"],
        bases=["reported"],
        statuses=["A", "B", "E", "P", "U", "Q", "N", "L", "M"],
        years=(1950, None),
    ),
    ExpectRows(between=(12_700, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(4490, None), where="source = 'world_bank' and is_latest", meta=because(since="2025-12-17")),
    ExpectRows(between=(26, None), where="source = 'safe' and is_latest", meta=because(since="2023-06-30")),
    ExpectYears(where="area = 'USA' and is_latest", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'safe'", first=(1950, 1997), last=(2022, 2045), meta=because(since="2023-06-30")),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 1970)),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", last=(2025, 2045), meta=because(since="2026-07-01")),
    anchor(
        "area = 'W00' and year = 2019",
        (385.795e9, 426.405e9),
        "UN International Trade Statistics Yearbook, SH, 2019: 406.1 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'USA' and year = 2019",
        (105.66e9, 129.14e9),
        "UN International Trade Statistics Yearbook, SH, 2019: 28.9 percent of 406.1 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'JPN' and year = 2019",
        (44.365e9, 49.035e9),
        "UN International Trade Statistics Yearbook, SH, 2019: 11.5 percent of 406.1 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'CHN' and year = 2023",
        (10.45e9, 11.55e9),
        "State Administration of Foreign Exchange, 2023: 11.0 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'CHN' and year = 1998",
        (59.5555e6, 65.8245e6),
        "National Bureau of Statistics of China, yearbook 1999: 62.69 million US dollars",
    ),
    anchor(
        "area = 'USA' and year = 2003 and is_latest",
        (45.885e9, 50.715e9),
        "National Science Foundation, Science and Engineering Indicators 2006: 48.3 billion US dollars",
        since="2025-12-17",
    ),
    anchor(
        "area = 'USA' and year = 2010",
        (89.76e9, 121.44e9),
        "US Bureau of Economic Analysis, May 2012: 105.6 billion US dollars, revised since",
    ),
    between((-100e6, 2e12), fault="a unit slip or a sign flip: more than any world total, or receipts below zero"),
    between(
        (-100e6, 400e9),
        "area.str.len() == 3 and area != 'W00'",
        "a unit slip: more than twice what any economy ever received",
    ),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "NLD", "W00"], where="is_latest"),
    ExpectCodes(column="source", codes=["world_bank", "safe"], where="is_latest", meta=because(since="2023-06-30")),
    between(
        (1.5e9, 20e9),
        "area == 'CHN' and year >= 2018",
        "receipts and payments of China exchanged: payments are three times as large or more",
    ),
    countries(60, since="2025-12-17"),
    NO_WORLD_BANK_REGION,
    steady(
        (0.6, 2),
        "area in ['USA', 'JPN', 'DEU', 'GBR'] and year >= 1990",
        "receipts of these economies never fell by a third or doubled within a year",
    ),
    steady((0.5, 5), "area == 'CHN'", "China's receipts never halved or rose to more than five times within a year"),
    frozen("area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and year >= 1990"),
    WORLD_BANK_REVISED_LITTLE,
]
