"""Suite of co_publication_intensity."""

from expectations.shared import anchor, because, between, contract, no_world, only
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectFigure, ExpectRows, ExpectYears

OLDER, MIDDLE, NEWER = (f"authority = 'SCOPUS_{year}'" for year in (2019, 2021, 2023))
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
"""Percent of international articles of 2003 with an author in the United States (NCSES, table SPBS-37)."""
INDICES = {
    2003: {"NOR DNK": 4.43, "KOR JPN": 1.97, "KOR USA": 1.27, "CHN USA": 0.84, "FRA USA": 0.58},
    2022: {"NOR DNK": 4.49, "KOR JPN": 1.63, "KOR USA": 1.13, "CHN USA": 1.00, "FRA USA": 0.80},
}
"""The publisher's own indices of collaboration, by the formula of observed over expected: NCSES table SPBS-38."""

SUITE = [
    *contract(
        "co_publication_intensity",
        measures=[
            "share_of_international_publications",
            "salton_cosine",
            "salton_cosine_of_all_publications",
            "observed_over_expected",
        ],
        items=["_T"],
        units=["PT", "PN"],
        bases=["derived", "reported"],
        clocks=["publication_year"],
        authorities=["SCOPUS_2019", "SCOPUS_2021", "SCOPUS_2023"],
        years=(1996, None),
    ),
    ExpectRows(between=(10_332, 10_332), where=OLDER),
    ExpectRows(between=(11_880, 11_880), where=MIDDLE),
    ExpectRows(between=(16_686, 16_686), where=NEWER),
    ExpectYears(where=OLDER, first=(1996, 1996), last=(2018, 2018)),
    ExpectYears(where=MIDDLE, first=(1996, 1996), last=(2020, 2020)),
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
    *(
        ExpectAnchor(
            where=f"measure = 'salton_cosine_of_all_publications' and area = 'USA' and counterpart_area = 'CHN' and "
            f"year = {year}",
            between=(cosine - 0.00006, cosine + 0.00006),
            meta=because(f"totals of international publications, or of another year: by hand {cosine}"),
        )
        for year, cosine in {2003: 0.0289, 2022: 0.0761}.items()
    ),
    *(
        anchor(
            f"{RATIO_SQL} and {NEWER} and area = '{pair[:3]}' and counterpart_area = '{pair[4:]}' and year = {year}",
            (index - 0.0051, index + 0.0051),
            f"NCSES table SPBS-38, the publisher's own calculation: {index}",
        )
        for year, indices in INDICES.items()
        for pair, index in indices.items()
    ),
    ExpectFigure(
        aggregate="median(value)",
        where=f"measure = 'observed_over_expected' and {NEWER} and year = 2022",
        between=(0.8, 1.1),
        meta=because("expected counts of another total: half of the pairs lay above 0.94"),
    ),
    between((0, 100), SHARE, "a share above the whole or below nothing", every_vintage=True),
    between((0, 1), "measure.str.startswith('salton')", "a cosine outside its range", every_vintage=True),
    between((0, None), "measure == 'observed_over_expected'", "a sign flip", every_vintage=True),
    between(
        (None, 40), "measure == 'observed_over_expected'", "a unit slip: the highest ratio is 36.7, of few publications"
    ),
    between((None, 0.45), "measure == 'salton_cosine'", "a share taken for a cosine: the highest one is 0.382"),
    between(
        (None, 0.28),
        "measure == 'salton_cosine_of_all_publications'",
        "totals of fewer publications: the highest one is 0.266",
    ),
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
            "salton_cosine_of_all_publications": (0.0003, 0.12),
            "observed_over_expected": (0.12, 3.5),
        }.items()
    ),
    between(
        (15, 60), "basis == 'reported'", "another partner's shares: those with the United States lay within 20 and 56"
    ),
    only(
        "basis",
        ["derived"],
        "counterpart_area != 'USA' or year in [1996, 2003, 2018, 2020, 2022]",
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
    only(
        "authority",
        ["SCOPUS_2019", "SCOPUS_2021"],
        "year == 1996",
        "years of one state of the database given to the other",
    ),
    only("authority", ["SCOPUS_2019"], "year == 2018", "years of one state of the database given to the other"),
    only("authority", ["SCOPUS_2021"], "year == 2020", "years of one state of the database given to the other"),
    only("authority", ["SCOPUS_2023"], "year in [2003, 2022]", "years of one state of the database given to the other"),
]
