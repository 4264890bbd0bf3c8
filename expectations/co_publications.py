"""Suite of co_publications."""

from expectations.shared import anchor, between, contract, only
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

OLDER, NEWER = "authority = 'SCOPUS_2019'", "authority = 'SCOPUS_2023' and item = '_T'"
MIDDLE = "authority = 'SCOPUS_2021'"
AI = "item = 'ASJC_AI'"
SHARES = "NCSES table SPBS-37: {} percent of {}'s co-authored articles of 2003 had an author in the United States"

SUITE = [
    *contract(
        "co_publications",
        measures=["whole_count"],
        items=["_T", "ASJC_AI"],
        units=["PUBN"],
        bases=["reported"],
        statuses=["A", "O"],
        clocks=["publication_year", "publication_years_from_2003"],
        authorities=["SCOPUS_2019", "SCOPUS_2021", "SCOPUS_2023"],
        years=(1996, None),
    ),
    ExpectRows(between=(3530, 3530), where=OLDER),
    ExpectRows(between=(4052, 4052), where=MIDDLE),
    ExpectRows(between=(4234, 4234), where=NEWER),
    ExpectRows(between=(3540, 3540), where=AI),
    ExpectYears(where=AI, first=(2022, 2022), last=(2022, 2022)),
    ExpectYears(where=OLDER, first=(1996, 1996), last=(2018, 2018)),
    ExpectYears(where=MIDDLE, first=(1996, 1996), last=(2020, 2020)),
    ExpectYears(where=NEWER, first=(2003, 2003), last=(2022, 2022)),
    anchor(
        "area = 'CHN' and counterpart_area = 'USA' and year = 2003",
        (5560, 5620),
        SHARES.format("37.43", "China") + ", and it had 14,930 of them",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'KOR' and year = 2003",
        (3900, 4030),
        SHARES.format("56.22", "Korea") + ", and it had 7,053 of them",
    ),
    anchor(
        "area = 'W00' and counterpart_area = 'W00' and year = 2022",
        (241_823, 3_300_000),
        "NCSES, NSB-2023-33: 3.3 million articles of the world in 2022; the United States alone shared 241,823",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and year = 2018",
        (52_000, 59_000),
        "NCSES table SPBS-37, of another state of the database: 45.24 percent of China's international articles in "
        "2017 and 41.80 in 2019 had an author in the United States, and China had 126,868 in 2018",
    ),
    between((0, None), fault="a sign flip: nobody publishes less than nothing", every_vintage=True),
    between((None, 65_000), "counterpart_area != 'W00'", "a unit slip, or a total taken for a pair"),
    between((150, 800_000), "counterpart_area == 'W00'", "a unit slip, or a pair taken for a total"),
    between(
        (5, 15_000),
        "area in ['USA', 'CHN', 'GBR'] and item == 'ASJC_AI'",
        "an outlier, an empty cell read as zero or another unit: pairs of these three had 8 to 13,631 articles",
    ),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "KOR", "DEU", "GBR", "FRA", "IND", "TWN"], where=AI),
    only("clock", ["publication_years_from_2003"], "item == 'ASJC_AI'", "a sum of years taken for one year"),
    only("clock", ["publication_year"], "item == '_T'", "one year taken for a sum of years"),
    between(
        (1000, 65_000),
        "area in ['USA', 'CHN', 'GBR', 'DEU'] and counterpart_area in ['USA', 'CHN', 'GBR', 'DEU'] and year >= 2018 and"
        " item == '_T'",
        "another partner's counts: pairs of these four had 8,000 to 63,000 joint publications",
    ),
    ExpectCodes(
        column="area", codes=["USA", "CHN", "JPN", "KOR", "DEU", "GBR", "FRA", "IND", "TWN", "W00"], where=NEWER
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["USA", "CHN", "JPN", "KOR", "DEU", "GBR", "FRA", "IND", "TWN", "W00"],
        where=f"area = 'CHN' and {OLDER} or area = 'USA' and {NEWER}",
    ),
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
