"""Suite of technology_specialisation."""

from expectations.shared import because, between, contract, frozen, no_world, only
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SECTORS = [
    "WIPO_CHEMISTRY",
    "WIPO_ELECTRICAL_ENGINEERING",
    "WIPO_INSTRUMENTS",
    "WIPO_MECHANICAL_ENGINEERING",
    "WIPO_OTHER_FIELDS",
]

SUITE = [
    *contract(
        "technology_specialisation",
        measures=["revealed_technology_advantage"],
        items=[*(f"WIPO_{field:02d}" for field in range(1, 36)), *SECTORS],
        units=["PN"],
        bases=["derived"],
        clocks=["grant_year"],
        authorities=["_Z", "US50"],
    ),
    ExpectRows(between=(6440, None), where="source = 'ncses' and is_latest and authority = '_Z'"),
    ExpectRows(between=(4554, None), where="source = 'ncses' and is_latest and authority = 'US50'"),
    ExpectYears(where="source = 'ncses' and area = 'USA' and authority = '_Z'", first=(1950, 1998), last=(2020, 2045)),
    ExpectAnchor(
        where="area = 'USA' and item = 'WIPO_06' and year = 2010",
        between=(2, 2.8),
        meta=because(
            "a ratio turned upside down, another economy or another field: computer technology weighed more than "
            "twice as much in the United States as in the world"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and item = 'WIPO_16' and year = 2005",
        between=(4.3, 5.8),
        meta=because(
            "a ratio turned upside down, another economy or another field: pharmaceuticals weighed five times as "
            "much in China as in the world"
        ),
    ),
    ExpectAnchor(
        where="area = 'TWN' and item = 'WIPO_08' and authority = 'US50' and year = 2022",
        between=(4.5, 6.5),
        meta=because(
            "a ratio turned upside down, another economy or another field: semiconductors weighed five times as much in"
            " Taiwan as in the world"
        ),
    ),
    ExpectCodes(column="item", codes=SECTORS, where="authority = 'US50'"),
    ExpectCodes(column="authority", codes=["_Z", "US50"], where="is_latest"),
    between((0, None), fault="a sign flip: a ratio of shares is never below zero", every_vintage=True),
    between(
        (None, 15), fault="a unit slip or an outlier: the highest value, 13.9, is of India with 28 families in a field"
    ),
    between(
        (0.15, 3),
        "area == 'USA'",
        "an outlier, a zero for an empty cell or percent for a ratio: the United States lay between 0.2 and "
        "2.6 in every field",
    ),
    between(
        (0.1, 3.5),
        "area == 'CHN' and year >= 2010",
        "an outlier, a zero for an empty cell or percent for a ratio in one of China's fields",
    ),
    frozen("area in ['USA', 'CHN'] and obs_status == 'A'"),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "KOR", "DEU", "IND", "TWN"], where="is_latest"),
    no_world("area"),
    ExpectCodes(
        column="obs_status",
        codes=["U"],
        where="area = 'IND'",
        meta=because("values of a handful of families without their mark"),
    ),
    only("counterpart_area", ["W00"], every_vintage=True),
]
