"""Suite of citation_index."""

from expectations.shared import anchor, because, between, contract, no_world, only
from orchestration.guards.expectation_types import ExpectCodes, ExpectFigure, ExpectRows, ExpectYears

OLDER, NEWER = "authority = 'SCOPUS_2021'", "authority = 'SCOPUS_2023'"
LARGE = ["USA", "CHN", "GBR", "DEU", "JPN"]
BETWEEN_LARGE = f"area in {LARGE} and counterpart_area in {LARGE}"
EARLIER = "the same index of the {} edition, of publications of {}: {}"
PAIRS = {  # index of 2020, and of 2018 in the edition before
    ("USA", "CHN"): (0.48, 0.39),
    ("CHN", "USA"): (0.74, 0.74),
    ("GBR", "USA"): (1.34, 1.29),
    ("USA", "GBR"): (1.37, 1.25),
    ("USA", "JPN"): (0.52, 0.52),
}

SUITE = [
    *contract(
        "citation_index",
        measures=["relative_citation_index"],
        items=["_T"],
        units=["PN"],
        bases=["reported"],
        statuses=["A", "O"],
        clocks=["publication_year"],
        authorities=["SCOPUS_2021", "SCOPUS_2023"],
        years=(1996, None),
    ),
    ExpectRows(between=(1722, 1722), where=OLDER),
    ExpectRows(between=(1722, 1722), where=NEWER),
    ExpectYears(where=OLDER, first=(2018, 2018), last=(2018, 2018)),
    ExpectYears(where=NEWER, first=(2020, 2020), last=(2020, 2020)),
    *(
        anchor(
            f"area = '{area}' and counterpart_area = '{counterpart}' and year = {year}",
            (other * 0.8, other * 1.3),
            EARLIER.format(*edition, other),
        )
        for (area, counterpart), (newer, older) in PAIRS.items()
        for year, other, edition in ((2020, older, ("2022", 2018)), (2018, newer, ("2024", 2020)))
    ),
    between((0, None), fault="a sign flip: an index of shares is never below nothing", every_vintage=True),
    between((None, 12), fault="a unit slip, or an economy that cites itself: pairs of two stay below it"),
    between((0.05, None), fault="an outlier, an empty cell read as zero or another unit"),
    between((0.3, 2), BETWEEN_LARGE, "another pair or direction: pairs of these five lay between 0.37 and 1.65"),
    *(
        ExpectFigure(
            aggregate="median(value)",
            where=where,
            between=(0.6, 1.1),
            meta=because("shares of citations taken for the index: half of the pairs lay above 0.77"),
        )
        for where in (OLDER, NEWER)
    ),
    ExpectCodes(column="area", codes=[*LARGE, "KOR", "FRA", "IND", "TWN"], where=NEWER),
    ExpectCodes(
        column="counterpart_area", codes=["USA", "GBR", "DEU", "JPN", "KOR", "IND", "TWN"], where="area = 'CHN'"
    ),
    no_world("area"),
    no_world("counterpart_area"),
    only("authority", ["SCOPUS_2021"], "year == 2018", "years of one state of the database given to the other"),
    only("authority", ["SCOPUS_2023"], "year == 2020", "years of one state of the database given to the other"),
]
