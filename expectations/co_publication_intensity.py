"""Suite of co_publication_intensity."""

from expectations.shared import anchor, because, between, contract, no_world, only
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectFigure, ExpectRows, ExpectYears

OLDER, NEWER = "authority = 'SCOPUS_2019'", "authority = 'SCOPUS_2023'"
SHARE_SQL, RATIO_SQL = "measure = 'share_of_international_publications'", "measure = 'observed_over_expected'"
SHARE = "measure == 'share_of_international_publications'"
SHARES = {
    "CHN": 37.43,
    "IND": 38.38,
    "GBR": 30.73,
    "DEU": 30.01,
    "JPN": 40.75,
    "CAN": 50.56,
    "KOR": 56.22,
    "FRA": 25.80,
}
"""Percent of the internationally co-authored articles of 2003 with an author in the United States: NCSES table SPBS-37."""
INDICES = [("NOR", "DNK", 4.64), ("KOR", "JPN", 2.02), ("KOR", "USA", 1.25), ("CHN", "USA", 0.91), ("FRA", "USA", 0.59)]
"""Collaboration indices that NSF published for 2005, by this formula from the Science Citation Index."""

SUITE = [
    *contract(
        "co_publication_intensity",
        measures=["share_of_international_publications", "salton_cosine", "observed_over_expected"],
        items=["_T"],
        units=["PT", "PN"],
        bases=["derived", "reported"],
        clocks=["publication_year"],
        authorities=["SCOPUS_2019", "SCOPUS_2023"],
        years=(1996, None),
    ),
    ExpectRows(between=(10_332, 10_332), where=OLDER),
    ExpectRows(between=(12_546, 12_546), where=NEWER),
    ExpectYears(where=OLDER, first=(1996, 1996), last=(2018, 2018)),
    ExpectYears(where=NEWER, first=(2003, 2003), last=(2022, 2022)),
    *(
        anchor(
            f"{SHARE_SQL} and area = '{area}' and counterpart_area = 'USA' and year = 2003",
            (share - 0.006, share + 0.006),
            f"NCSES table SPBS-37, a table of its own: {share} percent in 2003",
        )
        for area, share in SHARES.items()
    ),
    anchor(
        "basis = 'reported' and area = 'KOR' and counterpart_area = 'USA' and year = 2021",
        (34, 40),
        "NCSES table SPBS-35, a table of its own: 11,387 of Korea's 31,523 publications of 2022, 36.1 percent",
    ),
    ExpectAnchor(
        where="measure = 'salton_cosine' and area = 'USA' and counterpart_area = 'CHN' and year = 2018",
        between=(0.32, 0.35),
        meta=because("a formula without its root or with one total: the cosine was 0.335"),
    ),
    ExpectAnchor(
        where="measure = 'observed_over_expected' and area = 'CHN' and counterpart_area = 'USA' and year = 2022",
        between=(0.95, 1.05),
        meta=because("a ratio turned upside down, or another total of the world: it was 1.004"),
    ),
    *(
        anchor(
            f"{RATIO_SQL} and area = '{area}' and counterpart_area = '{counterpart}' and year = 2003",
            (index * 0.85, index * 1.15),
            f"Science and Engineering Indicators 2008, table 5-26: index {index} in 2005, by another database",
        )
        for area, counterpart, index in INDICES
    ),
    ExpectFigure(
        aggregate="median(value)",
        where=f"measure = 'observed_over_expected' and {NEWER} and year = 2022",
        between=(0.8, 1.1),
        meta=because("expected counts of another total: half of the pairs lay above 0.94"),
    ),
    between((0, 100), SHARE, "a share above the whole or below nothing", every_vintage=True),
    between((0, 1), "measure == 'salton_cosine'", "a cosine outside its range", every_vintage=True),
    between((0, None), "measure == 'observed_over_expected'", "a sign flip", every_vintage=True),
    between(
        (None, 40), "measure == 'observed_over_expected'", "a unit slip: the highest ratio is 36.7, of few publications"
    ),
    between((None, 0.45), "measure == 'salton_cosine'", "a share taken for a cosine: the highest one is 0.382"),
    between(
        (0.25, 4),
        "measure == 'observed_over_expected' and area in ['USA', 'CHN', 'GBR', 'DEU', 'JPN'] and counterpart_area in "
        "['USA', 'CHN', 'GBR', 'DEU', 'JPN']",
        "another formula, or another pair: pairs of these five lay between 0.45 and 1.57",
    ),
    *(
        between(
            bounds,
            f"measure == '{measure}' and area in ['USA', 'CHN', 'GBR']",
            "an outlier, an empty cell read as zero or another unit: all three stayed within these with every economy",
        )
        for measure, bounds in {
            "share_of_international_publications": (0.02, 48),
            "salton_cosine": (0.001, 0.35),
            "observed_over_expected": (0.12, 3.5),
        }.items()
    ),
    between(
        (15, 60), "basis == 'reported'", "another partner's shares: those with the United States lay within 20 and 56"
    ),
    only(
        "basis",
        ["derived"],
        "counterpart_area != 'USA' or year in [1996, 2003, 2018, 2022]",
        "a share where there are counts",
    ),
    only("unit", ["PT"], SHARE),
    only("unit", ["PN"], "measure != 'share_of_international_publications'"),
    only("obs_status", ["A"], "measure != 'observed_over_expected'"),
    ExpectCodes(
        column="obs_status",
        codes=["U"],
        where="measure = 'observed_over_expected' and year = 2003",
        meta=because("ratios to a handful of expected publications without their mark"),
    ),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "KOR", "DEU", "GBR", "FRA", "IND", "TWN"], where=NEWER),
    ExpectCodes(
        column="counterpart_area", codes=["USA", "JPN", "KOR", "DEU", "GBR", "FRA", "IND", "TWN"], where="area = 'CHN'"
    ),
    no_world("area"),
    no_world("counterpart_area"),
    only("authority", ["SCOPUS_2019"], "year in [1996, 2018]", "years of one state of the database given to the other"),
    only("authority", ["SCOPUS_2023"], "year in [2003, 2022]", "years of one state of the database given to the other"),
]
