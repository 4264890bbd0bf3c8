"""Suite of technology_upgrading."""

import great_expectations.expectations as gxe

from expectations.shared import NO_WORLD_BANK_REGION, VALUE_EVERYWHERE, YEAR_IS_OVER, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodeCount, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "technology_upgrading",
        measures=[
            "research_and_development_share_of_gdp",
            "resident_applications",
            "resident_share_of_applications",
            "high_technology_exports",
            "high_technology_share_of_merchandise_exports",
            "ip_payments_per_research_dollar",
            "resident_applications_per_million_people",
        ],
        items=["SH", "_T"],
        units=["PT", "PATN", "USD", "PN"],
        bases=["reported", "derived"],
        clocks=["reference_year", "filing_year"],
        years=(1960, None),
    ),
    ExpectRows(between=(14_400, None)),
    ExpectRows(between=(14_900, None), where="source = 'world_bank' and is_latest"),
    ExpectYears(where="area = 'USA' and measure = 'research_and_development_share_of_gdp'", last=(2023, 2045)),
    ExpectYears(where="area = 'CHN' and measure = 'high_technology_exports'", last=(2024, 2045)),
    ExpectYears(where="area = 'CHN' and measure = 'resident_applications'", last=(2021, 2045)),
    ExpectYears(
        where="area in ('USA', 'CHN') and measure = 'research_and_development_share_of_gdp'",
        first=(1950, 1996),
        last=(2023, 2045),
    ),
    ExpectYears(
        where="area in ('USA', 'CHN') and measure = 'high_technology_exports'", first=(1950, 2007), last=(2024, 2045)
    ),
    ExpectYears(
        where="area in ('USA', 'CHN') and measure = 'resident_applications'", first=(1950, 1980), last=(2021, 2045)
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2017 and measure = 'resident_applications'",
        between=(1.22079e6, 1.27062e6),
        meta=because(
            evidence="China National Intellectual Property Administration, yearbook 2022: 1245709 applications of "
            "residents"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2020 and measure = 'resident_applications'",
        between=(1.31792e6, 1.37171e6),
        meta=because(
            evidence="China National Intellectual Property Administration, yearbook 2022: 1344817 applications of "
            "residents"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2021 and measure = 'resident_applications'",
        between=(1.39929e6, 1.4564e6),
        meta=because(
            evidence="China National Intellectual Property Administration, yearbook 2022: 1427845 applications of "
            "residents"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2020 and measure = 'resident_share_of_applications'",
        between=(89.3, 90.3),
        meta=because(
            evidence="China National Intellectual Property Administration, yearbook 2022: 1,344,817 of 1,497,159 "
            "applications"
        ),
    ),
    ExpectAnchor(
        where="area = 'CHN' and year = 2017 and measure = 'resident_share_of_applications'",
        between=(89.7, 90.7),
        meta=because(
            evidence="China National Intellectual Property Administration, yearbook 2022: 1,245,709 of 1,381,594 "
            "applications"
        ),
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2016 and measure = 'ip_payments_per_research_dollar'",
        between=(0.0763, 0.0811),
        meta=because(
            "payments of one vintage set against research of another: 42.0 billion US dollars after the "
            "benchmark revision, 44.4 before, or no such row"
        ),
    ),
    VALUE_EVERYWHERE,
    ExpectCodes(
        column="measure",
        codes=[
            "research_and_development_share_of_gdp",
            "resident_applications",
            "resident_share_of_applications",
            "high_technology_exports",
            "high_technology_share_of_merchandise_exports",
            "ip_payments_per_research_dollar",
            "resident_applications_per_million_people",
        ],
        meta=because("a whole measure is missing"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=12,
        row_condition="measure == 'research_and_development_share_of_gdp'",
        meta=because("a unit slip, a sign flip, or a whole that is not the whole"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure == 'research_and_development_share_of_gdp'",
        meta=because("a measure in another unit"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=5e6,
        row_condition="measure == 'resident_applications'",
        meta=because("a unit slip, a sign flip, or a whole that is not the whole"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PATN"],
        row_condition="measure == 'resident_applications'",
        meta=because("a measure in another unit"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=100,
        row_condition="measure == 'resident_share_of_applications'",
        meta=because("a unit slip, a sign flip, or a whole that is not the whole", every_vintage=True),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure == 'resident_share_of_applications'",
        meta=because("a measure in another unit"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=6e12,
        row_condition="measure == 'high_technology_exports'",
        meta=because("a unit slip, a sign flip, or a whole that is not the whole"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["USD"],
        row_condition="measure == 'high_technology_exports'",
        meta=because("a measure in another unit"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=100,
        row_condition="measure == 'high_technology_share_of_merchandise_exports'",
        meta=because("a unit slip, a sign flip, or a whole that is not the whole", every_vintage=True),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PT"],
        row_condition="measure == 'high_technology_share_of_merchandise_exports'",
        meta=because("a measure in another unit"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=-0.01,
        max_value=1000,
        row_condition="measure == 'ip_payments_per_research_dollar'",
        meta=because("a unit slip, a sign flip, or a whole that is not the whole"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PN"],
        row_condition="measure == 'ip_payments_per_research_dollar'",
        meta=because("a measure in another unit"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0,
        max_value=8000,
        row_condition="measure == 'resident_applications_per_million_people'",
        meta=because("a unit slip, a sign flip, or a whole that is not the whole"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="unit",
        value_set=["PN"],
        row_condition="measure == 'resident_applications_per_million_people'",
        meta=because("a measure in another unit"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.4,
        max_value=6,
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU'] and measure == 'research_and_development_share_of_gdp'",
        meta=because("research spending of a big economy out of its range"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.01,
        max_value=0.5,
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU'] and measure == 'ip_payments_per_research_dollar'",
        meta=because("payments and research in different units"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=10e9,
        max_value=2e12,
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU'] and measure == 'high_technology_exports'",
        meta=because("high-technology exports of a big economy in other units"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=4,
        max_value=50,
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU'] and measure == "
        "'high_technology_share_of_merchandise_exports'",
        meta=because("high technology set against another whole"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1,
        max_value=5000,
        row_condition="area in ['USA', 'CHN', 'JPN', 'DEU'] and measure == 'resident_applications_per_million_people'",
        meta=because("applications and inhabitants in different units"),
    ),
    ExpectCodes(
        column="area",
        codes=["W00"],
        where="measure = 'resident_applications'",
        meta=because("the world total is missing"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN"],
        where="is_latest and measure = 'research_and_development_share_of_gdp'",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN"],
        where="is_latest and measure = 'resident_applications'",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN"],
        where="is_latest and measure = 'resident_share_of_applications'",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN"],
        where="is_latest and measure = 'high_technology_exports'",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN"],
        where="is_latest and measure = 'high_technology_share_of_merchandise_exports'",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN"],
        where="is_latest and measure = 'ip_payments_per_research_dollar'",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    ExpectCodes(
        column="area",
        codes=["USA", "CHN", "JPN"],
        where="is_latest and measure = 'resident_applications_per_million_people'",
        meta=because("a big economy was dropped, or is missing from the newest vintage"),
    ),
    YEAR_IS_OVER,
    ExpectCodeCount(
        column="area",
        between=(60, 250),
        where="length(area) = 3 and area <> 'W00' and is_latest",
        meta=because("an economy dropped, or aggregates counted as countries"),
    ),
    NO_WORLD_BANK_REGION,
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.5,
        max_value=2,
        row_condition="area in ['USA', 'CHN', 'JPN'] and year >= 2000",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: no measure of these "
            "economies halved or doubled within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.4,
        max_value=2.5,
        row_condition="area in ['USA', 'CHN', 'JPN'] and year < 2000",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: no measure of these "
            "economies fell to less than a half or rose to more than two and a half times within a year"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.01,
        max_value=100,
        row_condition="measure == 'ip_payments_per_research_dollar' and year >= 2010 and area.str.len() == 3",
        meta=because(
            "an outlier, a zero for an empty cell, or a year in other units: payments and research of any economy"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="change_ratio",
        min_value=0.02,
        max_value=50,
        row_condition="measure == 'research_and_development_share_of_gdp' and year >= 2000 and area.str.len() == 3",
        meta=because("an outlier, a zero for an empty cell, or a year in other units: research of any economy"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="change_ratio",
        value_set=[1],
        row_condition="area in ['USA', 'CHN', 'JPN']",
        meta=because(
            "a frozen series: a big economy never has the very same figure in two years that follow one another"
        ),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=0.1,
        max_value=100,
        row_condition="measure == 'resident_share_of_applications'",
        meta=because("a fraction where a percentage should be"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="clock",
        value_set=["filing_year"],
        row_condition="measure.str.startswith('resident_')",
        meta=because("a year of another kind than the measure counts by"),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="clock",
        value_set=["reference_year"],
        row_condition="not measure.str.startswith('resident_')",
        meta=because("a year of another kind than the measure counts by"),
    ),
]
