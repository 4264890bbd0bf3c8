"""Suite of ip_receipts_growth."""

import great_expectations.expectations as gxe

from expectations.shared import NO_WORLD_BANK_REGION, anchor, because, between, contract, frozen, of_source, only
from orchestration.guards.expectation_types import ExpectRows, ExpectYears

WITHOUT = {"be_null(base_year)": "a growth figure compares its year with a base year"}
"""Expectations of the metric contract that do not apply, each with the reason."""

SUITE = [
    *contract(
        "ip_receipts_growth",
        measures=["multiple", "compound_annual_growth"],
        items=["SH"],
        units=["PN", "PT"],
        bases=["derived"],
        years=(1951, None),
        without=WITHOUT,
    ),
    *of_source("ons", 556, first=2017, last=2021),
    between(
        (1.02, 1.6),
        "source in ['ons', 'snb'] and measure == 'multiple' and counterpart_area == 'W00' and year - base_year == 5",
        "figures in different units, or a multiple turned round: what the United Kingdom and Switzerland received from"
        " the world grew by 3 to 21 percent within five years",
    ),
    between(
        (0.4, 8),
        "source in ['ons', 'snb'] and measure == 'compound_annual_growth' and counterpart_area == 'W00' and year -"
        " base_year == 5",
        "a multiple where a growth rate should be: these grew by 0.6 to 3.9 percent a year over five years",
    ),
    *of_source("snb", 410, first=2016, last=2022),
    ExpectRows(between=(17_900, None), where="source = 'world_bank' and is_latest"),
    *of_source("safe", 120, first=1998, last=2022),
    *of_source("wto", 40, first=2006, last=2016),
    *of_source("bea", 676, first=2017, last=2020),
    anchor(
        "source = 'bea' and counterpart_area = 'CHN' and base_year = 2018 and year = 2019 and measure = 'multiple'",
        (1.2, 1.26),
        "BEA table 1.5, September 2021: 7,552 million US dollars in 2018, 9,313 in 2019",
    ),
    anchor(
        "source = 'bea' and counterpart_area = 'CHN' and base_year = 2018 and measure = 'compound_annual_growth' and"
        " year = 2019",
        (20, 26),
        "BEA table 1.5, September 2021: 7,552 million US dollars in 2018, 9,313 in 2019",
    ),
    anchor(
        "source = 'bea' and counterpart_area = 'CHN' and base_year = 2019 and measure = 'compound_annual_growth' and"
        " year = 2020",
        (-12, -10),
        "BEA table 1.5, September 2021: 9,313 million US dollars in 2019, 8,296 in 2020",
    ),
    ExpectYears(where="source = 'world_bank' and area = 'USA'", first=(1950, 2001), last=(2025, 2045)),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and measure = 'multiple' and base_year = 2011 and year = 2016",
        (1.82857, 2.74286),
        "about 3.5 billion US dollars in 2011 and about 8.0 in 2016, Ministry of Commerce of China and US "
        "figures of September 2018",
    ),
    anchor(
        "area = 'CHN' and base_year = 2012 and year = 2022 and measure = 'multiple'",
        (10.5, 15),
        "SAFE, balance of payments: 1.04 billion US dollars in 2012, 13.3 billion in 2022",
    ),
    anchor(
        "area = 'CHN' and base_year = 2012 and year = 2022 and measure = 'compound_annual_growth'",
        (26.5, 31.1),
        "SAFE, balance of payments: 1.04 billion US dollars in 2012, 13.3 billion in 2022",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and measure = 'compound_annual_growth' and base_year = "
        "2011 and year = 2016",
        (12.8, 22.4),
        "Ministry of Commerce of China, 2018: 3.5 billion US dollars in 2011; US figures: 8.0 billion in 2016",
    ),
    gxe.ExpectColumnValuesToNotBeNull(column="base_year", meta=because("growth without its base year")),
    between((1950, 2044), fault="a base year outside the series", column="base_year"),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="year",
        column_B="base_year",
        meta=because("growth counted backwards: the base year is not before the year"),
    ),
    between((1e-4, 1e4), "measure == 'multiple'", "a multiple of figures in different units, or with a sign"),
    between(
        (-100, 1e6),
        "measure == 'compound_annual_growth'",
        "a growth rate below minus 100 percent, or of figures in different units",
    ),
    only("is_latest", [True], fault="growth of a superseded vintage"),
    only("unit", ["PN"], "measure == 'multiple'"),
    only("unit", ["PT"], "measure == 'compound_annual_growth'"),
    ExpectYears(
        column="base_year",
        where="source = 'safe'",
        first=(1950, 1997),
        meta=because("the early base years of SAFE are missing, or every year is one too late"),
    ),
    ExpectYears(
        column="base_year",
        where="source = 'wto'",
        first=(1950, 2005),
        meta=because("the early base years of the World Trade Organization are missing, or every year is one too late"),
    ),
    ExpectYears(
        column="base_year",
        where="source = 'world_bank' and area = 'USA'",
        first=(1950, 1970),
        meta=because("the early base years of the World Bank are missing, or every year is one too late"),
    ),
    NO_WORLD_BANK_REGION,
    between(
        (1, 45),
        "measure == 'compound_annual_growth' and area in ['USA', 'CHN', 'JPN'] and year - base_year >= 10",
        "growth of another span of years, or a rate in other units: over ten years these economies earned 2 "
        "to 33 percent more each year",
    ),
    between(
        (-5, 65),
        "measure == 'compound_annual_growth' and area in ['USA', 'CHN', 'JPN'] and year - base_year == 5",
        "an outlier, or growth of another span of years: over five years these economies lost at most 1 and earned at"
        " most 59 percent more each year",
    ),
    between(
        (0.9, 20),
        "measure == 'multiple' and area in ['USA', 'CHN', 'JPN'] and year - base_year >= 5",
        "an outlier, or figures in different units: over five and ten years receipts of these economies never fell by a"
        " tenth or rose to more than sixteen times",
    ),
    between(
        (0.85, 8),
        "measure == 'multiple' and area == 'GBR' and counterpart_area == 'W00' and year - base_year >= 5",
        "an outlier: receipts of the United Kingdom from the world were 0.89 to 5.4 times those of five or ten years"
        " before",
    ),
    between(
        (-5, 30),
        "measure == 'compound_annual_growth' and area == 'GBR' and counterpart_area == 'W00' and year - base_year == 5",
        "an outlier: over five years these receipts fell by 2.3 or grew by 22 percent a year at most",
    ),
    between(
        (1, 25),
        "measure == 'compound_annual_growth' and area == 'GBR' and counterpart_area == 'W00' and year - base_year"
        " == 10",
        "an outlier, or a zero for an empty cell: over ten years these receipts grew by 1.4 to 18 percent a year",
    ),
    between(
        (1, 12),
        "measure == 'compound_annual_growth' and area == 'USA' and counterpart_area == 'W00' and year - "
        "base_year == 10 and year >= 2011",
        "a multiple where a growth rate should be, or growth of another span of years",
    ),
    between(
        (0.6, 1.7),
        "measure == 'multiple' and year - base_year == 1 and area in ['USA', 'JPN'] and counterpart_area == 'W00'",
        "an outlier, a zero for an empty cell, or a year in other units: receipts of these economies never "
        "halved or doubled within a year",
    ),
    between(
        (0.5, 5),
        "measure == 'multiple' and year - base_year == 1 and area == 'CHN'",
        "an outlier, a zero for an empty cell, or a year in other units: China's receipts never halved or "
        "rose to more than five times within a year",
    ),
    frozen(
        "measure == 'multiple' and area in ['USA', 'CHN', 'JPN'] and counterpart_area in ['W00', 'CHN', 'USA']",
        column="value",
    ),
    between(
        (0.5, 1.95),
        "source in ['ons', 'snb'] and counterpart_area == 'USA' and measure == 'multiple' and year - base_year == 1",
        "one partner counted twice: receipts from the United States were 0.8 to 1.5 times those of the year before",
    ),
]
