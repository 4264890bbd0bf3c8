"""Suite of ip_receipts_growth."""

import great_expectations.expectations as gxe

from expectations.shared import NO_WORLD_BANK_REGION, VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodeCount, ExpectCodes, ExpectRows, ExpectYears

WITHOUT = {
    "be_null(base_year)": "a growth figure compares its year with a base year",
}
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
    ExpectRows(between=(16_000, None), meta=because(since="2026-07-01")),
    ExpectRows(between=(15_900, None), where="source = 'world_bank' and is_latest", meta=because(since="2026-07-01")),
    ExpectRows(between=(120, None), where="source = 'safe' and is_latest", meta=because(since="2023-06-30")),
    ExpectRows(between=(40, None), where="source = 'wto' and is_latest"),
    ExpectYears(where="area = 'USA' and counterpart_area = 'W00'", last=(2025, 2045), meta=because(since="2026-07-01")),
    ExpectYears(where="source = 'safe'", first=(1950, 1998), last=(2022, 2045), meta=because(since="2023-06-30")),
    ExpectYears(where="source = 'wto'", first=(1950, 2006), last=(2016, 2045)),
    ExpectYears(
        where="source = 'world_bank' and area = 'USA'",
        first=(1950, 2001),
        last=(2025, 2045),
        meta=because(since="2026-07-01"),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and measure = 'multiple' and base_year = 2011 and year = 2016",
        between=(1.82857, 2.74286),
        meta=because(
            evidence="about 3.5 billion US dollars in 2011 and about 8.0 in 2016, Ministry of Commerce of China "
            "and US figures of September 2018"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and base_year = 2012 and year = 2022 and measure = 'multiple'",
        between=(10.5, 15),
        meta=because(
            evidence="SAFE, balance of payments: 1.04 billion US dollars in 2012, 13.3 billion in 2022",
            since="2023-06-30",
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and base_year = 2012 and year = 2022 and measure = 'compound_annual_growth'",
        between=(26.5, 31.1),
        meta=because(
            evidence="SAFE, balance of payments: 1.04 billion US dollars in 2012, 13.3 billion in 2022",
            since="2023-06-30",
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and measure = 'compound_annual_growth' and "
        "base_year = 2011 and year = 2016",
        between=(12.8, 22.4),
        meta=because(
            evidence="Ministry of Commerce of China, 2018: 3.5 billion US dollars in 2011; US figures: 8.0 "
            "billion in 2016"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeNull(column="base_year", meta=because("growth without its base year")),
    VALUE_EVERYWHERE,
    ExpectCodes(
        column="measure", codes=["multiple", "compound_annual_growth"], meta=because("a whole measure is missing")
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="base_year", min_value=1950, max_value=2044, meta=because("a base year outside the series")
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="year",
        column_B="base_year",
        meta=because("growth counted backwards: the base year is not before the year"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1e-4,
        max_value=1e4,
        row_condition="measure == 'multiple'",
        meta=because("a multiple of figures in different units, or with a sign"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-100,
        max_value=1e6,
        row_condition="measure == 'compound_annual_growth'",
        meta=because("a growth rate below minus 100 percent, or of figures in different units"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.5,
        max_value=12,
        row_condition="measure == 'multiple' and area in ['USA', 'JPN', 'W00'] and base_year >= 2000",
        meta=because("receipts of different units, vintages or economies compared"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-30,
        max_value=60,
        row_condition="measure == 'compound_annual_growth' and area in ['USA', 'JPN', 'W00'] and base_year >= 2000",
        meta=because("receipts of different units, vintages or economies compared"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1,
        max_value=12,
        row_condition="measure == 'compound_annual_growth' and area == 'USA' and counterpart_area == 'W00' and "
        "year - base_year == 10 and year >= 2011",
        meta=because("a multiple where a growth rate should be, or growth of another span of years"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="is_latest", value_set=[True], meta=because("growth of a superseded vintage")
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PN"],
        row_condition="measure == 'multiple'",
        meta=because("a multiple in another unit"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure == 'compound_annual_growth'",
        meta=because("a growth rate in another unit"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN", "DEU", "GBR", "KOR", "W00"],
        where="is_latest",
        meta=because("a big economy was dropped, or is missing from the newest vintage", since="2026-07-01"),
    ),
    ExpectCodes(
        column="source",
        codes=["safe", "world_bank", "wto"],
        where="is_latest",
        meta=because("a source is missing among the newest figures", since="2026-07-01"),
    ),
    ExpectCodes(
        column="counterpart_area",
        codes=["CHN", "W00"],
        where="area = 'USA'",
        meta=because("growth of receipts from China, or from the whole world, is missing", since="2026-07-01"),
    ),
    YEAR_IS_OVER,
    ExpectYears(
        column="base_year",
        where="source = 'safe'",
        first=(1950, 1997),
        meta=because("the early base years of SAFE are missing, or every year is one too late", since="2023-06-30"),
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
        meta=because(
            "the early base years of the World Bank are missing, or every year is one too late", since="2026-07-01"
        ),
    ),
    ExpectCodeCount(
        column="area",
        between=(60, 250),
        where="length(area) = 3 and area <> 'W00' and is_latest",
        meta=because("an economy dropped, or aggregates counted as countries", since="2026-07-01"),
    ),
    NO_WORLD_BANK_REGION,
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.6,
        max_value=1.7,
        row_condition="measure == 'multiple' and year - base_year == 1 and area in ['USA', 'JPN'] and counterpart_area == 'W00'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: receipts of these economies "
            "never halved or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.5,
        max_value=5,
        row_condition="measure == 'multiple' and year - base_year == 1 and area == 'CHN'",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: China's receipts never "
            "halved or rose to more than five times within a year"
        ),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="value",
        value_set=[1],
        row_condition="measure == 'multiple' and area in ['USA', 'CHN', 'JPN']",
        meta=because(
            "a frozen series: a big economy never has the very same figure in two years that follow one another"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1,
        max_value=45,
        row_condition="measure == 'compound_annual_growth' and area in ['USA', 'CHN', 'JPN'] and counterpart_area "
        "== 'W00' and year - base_year >= 10",
        meta=because(
            "growth of another span of years, or a rate in other units: over ten years these economies "
            "earned 2 to 33 percent more each year"
        ),
    ),
]
