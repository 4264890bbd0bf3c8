"""Suite of patent_filing_flows."""

import great_expectations.expectations as gxe

from expectations.shared import anchor, because, between, contract, frozen, only, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectFigure, ExpectRows, ExpectYears

COUNTED = ["", "_resident", "_abroad", "_equivalent", "_abroad_equivalent"]
KINDS = ["applications", "direct_applications", "pct_national_phase_entries", "pct_share_of_applications"]
KINDS += ["grants", "direct_grants", "pct_national_phase_grants", "pct_share_of_grants"]
THREE = "area in ['CHN', 'JPN', 'KOR']"
THREE_AT_ALL_OFFICES = f"{THREE} and counterpart_area == 'W00' and year >= 2010"
"""Filings of the three big Asian origins since 2010."""

ROUTE = "a unit slip, a zero for an empty cell, or another route or place of filing: the three were never outside"
AT_HOME = "measure.str.contains('entries_resident|share_of_applications_resident')"

SUITE = [
    *contract(
        "patent_filing_flows",
        measures=[*(f"{kind}{counted}" for kind in KINDS for counted in COUNTED), "foreign_oriented_families"],
        items=["_T"],
        units=["PATN", "PATF", "PT"],
        bases=["reported", "derived"],
        clocks=["filing_year", "grant_year", "first_filing_year"],
    ),
    ExpectRows(between=(68, None)),
    ExpectRows(between=(700, None), where="source = 'wipo' and is_latest"),
    ExpectRows(between=(4, None), where="source = 'publications' and is_latest"),
    ExpectRows(between=(5, None), where="source = 'publications' and is_latest and year = 2024"),
    ExpectYears(where="source = 'wipo'", first=(1883, 2010)),
    ExpectYears(where="source = 'wipo' and measure = 'applications'", last=(2024, 2045)),
    anchor(
        "area = 'USA' and measure = 'applications_equivalent' and year = 2022 and source = 'publications'",
        (489_517, 541_045),
        "what WIPO prints for the United States (515,281), of which its residents file about half at home "
        "(262,244 in 2021 by the World Bank); later editions stay within 5 percent",
    ),
    *(
        anchor(
            f"area = '{area}' and measure = 'applications_resident' and year = 2018",
            bounds,
            f"resident applications by WIPO as the World Bank prints them ({printed})",
        )
        for area, bounds, printed in (
            ("CHN", (1.365939e6, 1.421691e6), "1,393,815"),
            ("JPN", (248_557, 258_703), "253,630"),
            ("KOR", (159_310, 165_813), "162,561"),
        )
    ),
    *(
        anchor(f"area = 'CHN' and counterpart_area = 'USA' and measure = '{measure}' and year = 2021", bounds, evidence)
        for measure, bounds, evidence in (
            ("grants", (22_000, 26_000), "PatentsView: 24,292 granted with a first inventor in China"),
            ("direct_grants", (15_000, 16_000), "the printed figure, 15,501"),
            ("pct_national_phase_grants", (8000, 8400), "the printed figure, 8,204"),
        )
    ),
    anchor(
        "area = 'CHN' and counterpart_area = 'JPN' and measure = 'foreign_oriented_families' and year = 2022",
        (11_000, 12_500),
        "the export of May 2026, 11,641; the other direction has four times as many",
    ),
    between(
        (100_000, 2.2e6),
        "source == 'publications' and measure == 'applications_equivalent'",
        "a zero for an empty cell or a year in other units: the five largest origins filed 133,485 to "
        "1,795,715 applications",
    ),
    ExpectCodes(column="measure", codes=[*(f"{kind}_abroad" for kind in KINDS[:4]), "foreign_oriented_families"]),
    ExpectCodes(column="measure", codes=[*KINDS[4:], "applications_equivalent"]),
    only("unit", ["PT"], "measure.str.startswith('pct_share')"),
    only("unit", ["PATN", "PATF"], "not measure.str.startswith('pct_share')"),
    between(
        (0, 100), "measure.str.startswith('pct_share')", "a share above the whole or below nothing", every_vintage=True
    ),
    between((0, 5e6), "unit in ['PATN', 'PATF']", "a unit slip or a sign flip: no origin files more"),
    *(
        between(bounds, f"measure == '{measure}' and {THREE_AT_ALL_OFFICES}", fault)
        for measure, bounds, fault in (
            ("applications", (150_000, 2.5e6), ROUTE),
            ("applications_resident", (120_000, 2.5e6), ROUTE),
            ("applications_abroad", (10_000, 300_000), ROUTE),
            ("direct_applications", (150_000, 2.5e6), ROUTE),
            ("direct_applications_resident", (120_000, 2.5e6), ROUTE),
            ("direct_applications_abroad", (5000, 200_000), ROUTE),
            ("pct_national_phase_entries", (5000, 250_000), ROUTE),
            ("pct_national_phase_entries_resident", (300, 80_000), ROUTE),
            ("pct_national_phase_entries_abroad", (5000, 200_000), ROUTE),
            ("pct_share_of_applications_resident", (0.01, 30), "another share: the three use the PCT least at home"),
            ("pct_share_of_applications_abroad", (20, 70), "another share: abroad the three use both routes"),
            ("pct_share_of_applications", (1, 50), "another share: the three send up to half through the PCT"),
        )
    ),
    between(
        (1000, 120_000),
        f"measure == 'foreign_oriented_families' and {THREE} and counterpart_{THREE} and year >= 2010",
        "a unit slip, or an office or origin exchanged: families of the three at each other's offices",
    ),
    between(
        (20, 100_000),
        "measure == 'grants' and area == 'CHN' and year == 2021",
        "a unit slip: patents of 2021 to applicants from China at seventeen big offices",
    ),
    between(
        (20, 100),
        "measure == 'pct_share_of_grants' and area == 'CHN' and year == 2021",
        "another share: at big offices other than its own, a third to nearly all of China's grants came "
        "through the PCT",
    ),
    ExpectFigure(
        aggregate="max(value)",
        between=(44_000, 50_000),
        where="area = 'JPN' and counterpart_area = 'CHN' and measure = 'foreign_oriented_families' and year = 2022",
        meta=because("an office counted twice, or exchanged with another: outside the export of May 2026, 47,096"),
    ),
    steady(
        (0.6, 1.7),
        f"{THREE} and counterpart_area in ['W00', 'CHN', 'JPN', 'KOR'] and not {AT_HOME} and year >= 2011",
        "filings of a big origin do not move so far in a year",
    ),
    between(
        (0.1, 2.5),
        f"{THREE} and {AT_HOME} and year >= 2011",
        "an outlier: national phase entries at home follow rules that change, and yet not so far",
        column="change_ratio",
    ),
    between(
        (100, 5000),
        "measure == 'pct_national_phase_entries_resident' and area == 'CHN' and year >= 2010",
        "an outlier: China's applicants enter the national phase at home with hundreds to a few thousand "
        "applications a year",
    ),
    frozen("area in ['CHN', 'JPN'] and year >= 2011"),
    ExpectCodes(column="area", codes=["CHN", "JPN", "KOR", "USA", "DEU"], where="is_latest"),
    ExpectCodes(column="counterpart_area", codes=["W00", "USA", "WIPO_EPO", "JPN", "KOR", "DEU", "GBR"]),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area",
        value_set=["W00", "WIPO_EPO", "EPO", "WLD"],
        meta=because("the world or an office counted as an origin"),
    ),
    only("clock", ["grant_year"], "measure.str.contains('grants')"),
    only("clock", ["first_filing_year"], "measure == 'foreign_oriented_families'"),
    only("clock", ["filing_year"], "not measure.str.contains('grants|families')"),
]
