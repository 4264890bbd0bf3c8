"""Suite of patent_filing_flows."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_WHERE_REPORTED, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectLargest, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "patent_filing_flows",
        measures=[
            "applications",
            "applications_resident",
            "applications_abroad",
            "direct_applications",
            "direct_applications_resident",
            "direct_applications_abroad",
            "pct_national_phase_entries",
            "pct_national_phase_entries_resident",
            "pct_national_phase_entries_abroad",
            "applications_equivalent",
            "applications_abroad_equivalent",
            "direct_applications_equivalent",
            "direct_applications_abroad_equivalent",
            "pct_national_phase_entries_equivalent",
            "pct_national_phase_entries_abroad_equivalent",
            "grants",
            "grants_resident",
            "grants_abroad",
            "grants_equivalent",
            "grants_abroad_equivalent",
            "direct_grants",
            "direct_grants_resident",
            "direct_grants_abroad",
            "direct_grants_equivalent",
            "direct_grants_abroad_equivalent",
            "pct_national_phase_grants",
            "pct_national_phase_grants_resident",
            "pct_national_phase_grants_abroad",
            "pct_national_phase_grants_equivalent",
            "pct_national_phase_grants_abroad_equivalent",
            "foreign_oriented_families",
            "pct_share_of_applications",
            "pct_share_of_applications_resident",
            "pct_share_of_applications_abroad",
            "pct_share_of_applications_equivalent",
            "pct_share_of_applications_abroad_equivalent",
            "pct_share_of_grants",
            "pct_share_of_grants_resident",
            "pct_share_of_grants_abroad",
            "pct_share_of_grants_equivalent",
            "pct_share_of_grants_abroad_equivalent",
        ],
        items=["_T"],
        units=["PATN", "PATF", "PT"],
        bases=["reported", "derived"],
        clocks=["filing_year", "grant_year", "first_filing_year"],
    ),
    ExpectRows(between=(68, None)),
    ExpectRows(between=(700, None), where="source = 'wipo' and is_latest", meta=because(since="2026-05-01")),
    ExpectRows(between=(4, None), where="source = 'publications' and is_latest"),
    ExpectRows(
        between=(5, None),
        where="source = 'publications' and is_latest and year = 2024",
        meta=because(since="2025-11-12"),
    ),
    ExpectYears(where="source = 'wipo'", first=(1883, 2010), meta=because(since="2026-05-01")),
    ExpectYears(
        where="source = 'wipo' and measure = 'applications'", last=(2024, 2045), meta=because(since="2026-05-01")
    ),
    ExpectAnchor(
        where="area = 'USA' and measure = 'applications_equivalent' and year = 2022 and source = 'publications'",
        between=(489_517, 541_045),
        meta=because(
            evidence="what WIPO prints for the United States (515,281), of which its residents file about half at "
            "home (262,244 in 2021 by the World Bank); later editions stay within 5 percent"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and measure = 'applications_resident' and year = 2018",
        between=(1.365939e6, 1.421691e6),
        meta=because(
            evidence="China's resident applications by WIPO as the World Bank prints them (1,393,815)",
            since="2026-05-01",
        ),
    ),
    ExpectAnchor(
        where="area = 'JPN' and measure = 'applications_resident' and year = 2018",
        between=(248_557, 258_703),
        meta=because(
            evidence="Japan's resident applications by WIPO as the World Bank prints them (253,630)", since="2026-05-01"
        ),
    ),
    ExpectAnchor(
        where="area = 'KOR' and measure = 'applications_resident' and year = 2018",
        between=(159_310, 165_813),
        meta=because(
            evidence="Korea's resident applications by WIPO as the World Bank prints them (162,561)", since="2026-05-01"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and counterpart_area = 'USA' and measure = 'grants' and year = 2021",
        between=(22_000, 26_000),
        meta=because(
            evidence="what PatentsView counts as patents granted in 2021 with a first inventor in China (24,292)"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and counterpart_area = 'USA' and measure = 'direct_grants' and year = 2021",
        between=(15_000, 16_000),
        meta=because(evidence="the printed figure, 15,501"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and counterpart_area = 'USA' and measure = 'pct_national_phase_grants' and year = 2021",
        between=(8000, 8400),
        meta=because(evidence="the printed figure, 8,204"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and counterpart_area = 'JPN' and measure = 'foreign_oriented_families' and year = 2022",
        between=(11_000, 12_500),
        meta=because(
            evidence="the export of May 2026, 11,641; the other direction has four times as many", since="2026-05-01"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=100_000,
        max_value=2.2e6,
        row_condition="source == 'publications' and measure == 'applications_equivalent'",
        meta=because(
            "a zero for an empty cell or a year in other units: the five largest origins filed 133,485 "
            "to 1,795,715 applications"
        ),
    ),
    VALUE_WHERE_REPORTED,
    ExpectCodes(
        column="measure",
        codes=[
            "applications_abroad",
            "direct_applications_abroad",
            "pct_national_phase_entries_abroad",
            "pct_share_of_applications_abroad",
            "foreign_oriented_families",
        ],
        meta=because("a whole measure is missing", since="2026-05-01"),
    ),
    ExpectCodes(
        column="measure",
        codes=[
            "grants",
            "direct_grants",
            "pct_national_phase_grants",
            "pct_share_of_grants",
            "applications_equivalent",
        ],
        meta=because("a whole measure is missing"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure.str.startswith('pct_share')",
        meta=because("a share counted in patents"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PATN", "PATF"],
        row_condition="not measure.str.startswith('pct_share')",
        meta=because("a count in percent"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=100,
        row_condition="measure.str.startswith('pct_share')",
        meta=because("a share above the whole or below nothing", every_vintage=True),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=5e6,
        row_condition="unit in ['PATN', 'PATF']",
        meta=because("a unit slip or a sign flip: no origin files more"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=150_000,
        max_value=2.5e6,
        row_condition="measure == 'applications' and area in ['CHN', 'JPN', 'KOR'] and counterpart_area == 'W00' "
        "and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=120_000,
        max_value=2.5e6,
        row_condition="measure == 'applications_resident' and area in ['CHN', 'JPN', 'KOR'] and counterpart_area "
        "== 'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=10_000,
        max_value=300_000,
        row_condition="measure == 'applications_abroad' and area in ['CHN', 'JPN', 'KOR'] and counterpart_area == "
        "'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=150_000,
        max_value=2.5e6,
        row_condition="measure == 'direct_applications' and area in ['CHN', 'JPN', 'KOR'] and counterpart_area == "
        "'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=120_000,
        max_value=2.5e6,
        row_condition="measure == 'direct_applications_resident' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=5000,
        max_value=200_000,
        row_condition="measure == 'direct_applications_abroad' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=5000,
        max_value=250_000,
        row_condition="measure == 'pct_national_phase_entries' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=300,
        max_value=80_000,
        row_condition="measure == 'pct_national_phase_entries_resident' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=5000,
        max_value=200_000,
        row_condition="measure == 'pct_national_phase_entries_abroad' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because(
            "a unit slip, a zero for an empty cell, or another route or place of filing: none of the "
            "three big Asian origins was ever outside"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.01,
        max_value=30,
        row_condition="measure == 'pct_share_of_applications_resident' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because("another share: residents of the three use the PCT least at home"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=20,
        max_value=70,
        row_condition="measure == 'pct_share_of_applications_abroad' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because("another share: abroad the three use both routes"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1,
        max_value=50,
        row_condition="measure == 'pct_share_of_applications' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area == 'W00' and year >= 2010",
        meta=because("another share: of all their applications the three send up to half through the PCT"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1000,
        max_value=120_000,
        row_condition="measure == 'foreign_oriented_families' and area in ['CHN', 'JPN', 'KOR'] and "
        "counterpart_area in ['CHN', 'JPN', 'KOR'] and year >= 2010",
        meta=because("a unit slip, or an office or origin exchanged: families of the three at each other's offices"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=20,
        max_value=100_000,
        row_condition="measure == 'grants' and area == 'CHN' and year == 2021",
        meta=because("a unit slip: patents of 2021 to applicants from China at seventeen big offices"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=20,
        max_value=100,
        row_condition="measure == 'pct_share_of_grants' and area == 'CHN' and year == 2021",
        meta=because(
            "another share: at big offices other than its own, a third to nearly all of China's grants "
            "came through the PCT"
        ),
    ),
    ExpectLargest(
        between=(44_000, 50_000),
        where="area = 'JPN' and counterpart_area = 'CHN' and measure = 'foreign_oriented_families' and year = 2022",
        meta=because(
            "an office counted twice, or exchanged with another: outside the export of May 2026, 47,096",
            since="2026-05-01",
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.6,
        max_value=1.7,
        row_condition="area in ['CHN', 'JPN', 'KOR'] and counterpart_area in ['W00', 'CHN', 'JPN', 'KOR'] and not "
        "measure.str.contains('entries_resident|share_of_applications_resident') and year >= 2011",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: filings of a big origin do "
            "not move so far in a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.1,
        max_value=2.5,
        row_condition="area in ['CHN', 'JPN', 'KOR'] and "
        "measure.str.contains('entries_resident|share_of_applications_resident') and year >= 2011",
        meta=because("an outlier: national phase entries at home follow rules that change, and yet not so far"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=100,
        max_value=5000,
        row_condition="measure == 'pct_national_phase_entries_resident' and area == 'CHN' and year >= 2010",
        meta=because(
            "an outlier: China's applicants enter the national phase at home with hundreds to a few "
            "thousand applications a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['CHN', 'JPN'] and year >= 2011",
        meta=because(
            "a frozen series: a big origin never has the very same figure in two years that follow one another"
        ),
    ),
    ExpectCodes(
        column="area",
        codes=["CHN", "JPN", "KOR", "USA", "DEU"],
        where="is_latest",
        meta=because("an origin was dropped or has another code"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["W00", "USA", "WIPO_EPO", "JPN", "KOR", "DEU", "GBR"],
        meta=because("an office was dropped or has another code"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area",
        value_set=["W00", "WIPO_EPO", "EPO", "WLD"],
        meta=because("the world or an office counted as an origin"),
    ),
    YEAR_IS_OVER,
    gxe.ExpectColumnValuesToBeInSet(
        column="clock",
        value_set=["grant_year"],
        row_condition="measure.str.contains('grants')",
        meta=because("a year of another kind than the measure counts by"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="clock",
        value_set=["first_filing_year"],
        row_condition="measure == 'foreign_oriented_families'",
        meta=because("a year of another kind than the measure counts by"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="clock",
        value_set=["filing_year"],
        row_condition="not measure.str.contains('grants|families')",
        meta=because("a year of another kind than the measure counts by"),
    ),
]
