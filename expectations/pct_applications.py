"""Suite of pct_applications."""

import great_expectations.expectations as gxe

from expectations.shared import NO_VALUE_WHERE_WITHHELD, VALUE_WHERE_REPORTED, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodeCount, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "pct_applications",
        measures=["applications", "applications_by_receiving_office"],
        items=["_T"],
        units=["PATN"],
        bases=["reported"],
        statuses=["A", "E", "P", "U", "Q", "N", "L", "M"],
        clocks=["filing_year", "publication_year"],
        years=(1978, None),
    ),
    ExpectRows(between=(1270, None), meta=because(since="2024-02-01")),
    ExpectRows(between=(1219, None), where="source = 'ncses' and is_latest", meta=because(since="2024-02-01")),
    ExpectRows(between=(119, None), where="source = 'wipo' and is_latest", meta=because(since="2025-03-17")),
    ExpectYears(where="area = 'CHN' and clock = 'filing_year'", last=(2024, 2045), meta=because(since="2025-03-17")),
    ExpectYears(
        where="area = 'CHN' and clock = 'publication_year'", last=(2022, 2045), meta=because(since="2024-02-01")
    ),
    ExpectYears(where="source = 'ncses'", first=(1950, 2000), last=(2022, 2045), meta=because(since="2024-02-01")),
    ExpectYears(where="source = 'wipo'", first=(1950, 2005)),
    ExpectYears(where="source = 'wipo'", last=(2024, 2045), meta=because(since="2025-03-17")),
    ExpectAnchor(
        where="area = 'USA' and year = 2020 and clock = 'publication_year'",
        between=(52122.4, 66337.6),
        meta=because(evidence="WIPO's count by filing year: 59230 applications, a clock apart", since="2024-02-01"),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2022 and clock = 'publication_year'",
        between=(51969.3, 66142.7),
        meta=because(evidence="WIPO's count by filing year: 59056 applications, a clock apart", since="2024-02-01"),
    ),
    ExpectAnchor(
        where="area = 'JPN' and year = 2022 and clock = 'publication_year'",
        between=(44303.6, 56386.4),
        meta=because(evidence="WIPO's count by filing year: 50345 applications, a clock apart", since="2024-02-01"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2022 and clock = 'publication_year'",
        between=(61613.2, 78416.8),
        meta=because(evidence="WIPO's count by filing year: 70015 applications, a clock apart", since="2024-02-01"),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2022 and clock = 'publication_year'",
        between=(255_852, 300_348),
        meta=because(
            evidence="WIPO's world total by filing year: 278,100 applications, a clock apart", since="2024-02-01"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2024 and clock = 'filing_year'",
        between=(68756.8, 71563.2),
        meta=because(
            evidence="WIPO as quoted by China NTD: 70160 applications; later revisions stay within 2 percent",
            since="2025-03-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2024 and clock = 'filing_year'",
        between=(53005.3, 55168.7),
        meta=because(
            evidence="WIPO as quoted by China NTD: 54087 applications; later revisions stay within 2 percent",
            since="2025-03-17",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2023 and clock = 'filing_year'",
        between=(68217.8, 71002.2),
        meta=because(
            evidence="WIPO as quoted by People's Daily: 69610 applications; later revisions stay within 2 percent",
            since="2024-03-07",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2023 and clock = 'filing_year'",
        between=(54564.4, 56791.6),
        meta=because(
            evidence="WIPO as quoted by People's Daily: 55678 applications; later revisions stay within 2 percent",
            since="2024-03-07",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2020 and clock = 'filing_year'",
        between=(58045.4, 60414.6),
        meta=because(
            evidence="WIPO, PCT Yearly Review 2021: 59230 applications; later revisions stay within 2 percent",
            since="2021-03-02",
        ),
    ),
    VALUE_WHERE_REPORTED,
    NO_VALUE_WHERE_WITHHELD,
    ExpectCodes(
        column="clock",
        codes=["filing_year", "publication_year"],
        meta=because("a whole clock is missing", since="2024-02-01"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=1e6,
        meta=because("a unit slip or a sign flip: more than any world total"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=200_000,
        row_condition="area.str.len() == 3 and area != 'W00'",
        meta=because("a unit slip: more than twice what any economy ever filed"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=70_000,
        max_value=1e6,
        row_condition="area == 'W00'",
        meta=because("a figure of one economy in the place of the world's"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2009-01-27"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"],
        where="clock = 'publication_year'",
        meta=because("a big economy was dropped from the series by publication year", since="2024-02-01"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU"],
        where="clock = 'filing_year' and year >= 2024",
        meta=because("the newest announcement lacks a big economy", since="2025-03-17"),
    ),
    YEAR_IS_OVER,
    ExpectCodeCount(
        column="area",
        between=(41, 250),
        where="length(area) = 3 and area <> 'W00' and is_latest",
        meta=because("an economy dropped, or aggregates counted as countries", since="2024-02-01"),
    ),
    gxe.ExpectColumnValuesToNotMatchRegex(
        column="area",
        regex="^(WLD|EPO|EU[0-9]*)$",
        meta=because("the world, an office or a union of countries counted as a country"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.6,
        max_value=1.8,
        row_condition="area in ['USA', 'JPN', 'W00']",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: filings of these origins "
            "never fell by a third or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=6,
        row_condition="area == 'CHN'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: China's filings never "
            "halved or rose to more than six times within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'JPN', 'W00']",
        meta=because(
            "a frozen series: a big economy never has the very same figure in two years that follow one another"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=5000,
        max_value=150_000,
        row_condition="area in ['USA', 'JPN', 'CHN'] and clock == 'filing_year' and year >= 2008",
        meta=because(
            "an empty cell read as zero, or a unit slip in one announcement: each of the three filed "
            "more than 6,000 in every year since 2008"
        ),
    ),
]
