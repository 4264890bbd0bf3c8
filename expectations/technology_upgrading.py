"""Suite of technology_upgrading."""

from expectations.shared import (
    NO_WORLD_BANK_REGION,
    anchor,
    because,
    between,
    contract,
    countries,
    frozen,
    only,
    steady,
)
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

MEASURES = {
    "research_and_development_share_of_gdp": ("PT", (0, 12)),
    "resident_applications": ("PATN", (0, 5e6)),
    "resident_share_of_applications": ("PT", (0, 100)),
    "high_technology_exports": ("USD", (0, 6e12)),
    "high_technology_share_of_merchandise_exports": ("PT", (0, 100)),
    "ip_payments_per_research_dollar": ("PN", (-0.5, 1000)),
    "resident_applications_per_million_people": ("PN", (0, 8000)),
    "scientific_articles": ("PUBN", (0, 6e6)),
    "researchers_per_million_people": ("PN", (0, 25_000)),
}
"""Unit and bounds of each measure."""

SUITE = [
    *contract(
        "technology_upgrading",
        measures=list(MEASURES),
        items=["SH", "_T"],
        units=["PT", "PATN", "PUBN", "USD", "PN"],
        bases=["reported", "derived"],
        clocks=["reference_year", "filing_year"],
        years=(1960, None),
    ),
    ExpectRows(between=(34_400, None)),
    ExpectRows(between=(34_400, None), where="source = 'world_bank' and is_latest"),
    ExpectYears(where="area = 'USA' and measure = 'research_and_development_share_of_gdp'", last=(2023, 2045)),
    ExpectYears(where="area = 'CHN' and measure = 'high_technology_exports'", last=(2024, 2045)),
    ExpectYears(where="area = 'CHN' and measure = 'resident_applications'", last=(2021, 2045)),
    *(
        ExpectYears(where=f"area in ('USA', 'CHN') and measure = '{measure}'", first=(1950, first), last=(last, 2045))
        for measure, first, last in (
            ("research_and_development_share_of_gdp", 1996, 2023),
            ("high_technology_exports", 2007, 2024),
            ("resident_applications", 1980, 2021),
            ("scientific_articles", 1996, 2023),
            ("researchers_per_million_people", 1996, 2023),
        )
    ),
    *(
        anchor(
            f"area = 'CHN' and year = {year} and measure = '{measure}'",
            bounds,
            f"China National Intellectual Property Administration, yearbook 2022: {printed} applications",
        )
        for year, measure, bounds, printed in (
            (2017, "resident_applications", (1.22079e6, 1.27062e6), "1,245,709 resident"),
            (2020, "resident_applications", (1.31792e6, 1.37171e6), "1,344,817 resident"),
            (2021, "resident_applications", (1.39929e6, 1.4564e6), "1,427,845 resident"),
            (2020, "resident_share_of_applications", (89.3, 90.3), "1,344,817 of 1,497,159"),
            (2017, "resident_share_of_applications", (89.7, 90.7), "1,245,709 of 1,381,594"),
        )
    ),
    ExpectAnchor(
        where="area = 'USA' and year = 2016 and measure = 'ip_payments_per_research_dollar'",
        between=(0.0763, 0.0811),
        meta=because(
            "payments of one vintage set against research of another: 42.0 billion US dollars after the benchmark "
            "revision, 44.4 before, or no such row"
        ),
    ),
    ExpectCodes(column="measure", codes=list(MEASURES)),
    *(only("unit", [unit], f"measure == '{measure}'") for measure, (unit, _) in MEASURES.items()),
    *(
        between(
            bounds,
            f"measure == '{measure}'",
            "a unit slip, a sign flip, or a whole that is not the whole",
            every_vintage=bounds == (0, 100),
        )
        for measure, (_, bounds) in MEASURES.items()
    ),
    *(
        between(bounds, f"area in ['USA', 'CHN', 'JPN', 'DEU', 'GBR'] and measure == '{measure}'", fault)
        for measure, bounds, fault in (
            ("research_and_development_share_of_gdp", (0.4, 6), "research of a big economy out of its range"),
            ("ip_payments_per_research_dollar", (0.01, 0.5), "payments and research in different units"),
            ("high_technology_exports", (10e9, 2e12), "high-technology exports of a big economy in other units"),
            ("high_technology_share_of_merchandise_exports", (4, 50), "high technology set against another whole"),
            ("resident_applications_per_million_people", (1, 5000), "applications and people in different units"),
            ("scientific_articles", (20_000, 3e6), "articles of a big economy in other units"),
            ("researchers_per_million_people", (300, 8_000), "researchers of a big economy in other units"),
        )
    ),
    ExpectCodes(column="area", codes=["W00"], where="measure = 'resident_applications'"),
    *(
        ExpectCodes(column="area", codes=["USA", "CHN", "JPN"], where=f"is_latest and measure = '{measure}'")
        for measure in MEASURES
    ),
    countries(205),
    NO_WORLD_BANK_REGION,
    steady(
        (0.5, 2),
        "area in ['USA', 'CHN', 'JPN', 'GBR'] and year >= 2000",
        "no measure of these economies halved or doubled within a year",
    ),
    steady(
        (0.4, 2.5),
        "area in ['USA', 'CHN', 'JPN', 'GBR'] and year < 2000",
        "no measure of these economies fell to less than a half or rose to more than two and a half times "
        "within a year",
    ),
    steady(
        (0.01, 100),
        "measure == 'ip_payments_per_research_dollar' and year >= 2010 and area.str.len() == 3",
        "payments and research of any economy",
    ),
    steady(
        (0.02, 50),
        "measure == 'research_and_development_share_of_gdp' and year >= 2000 and area.str.len() == 3",
        "research of any economy",
    ),
    steady(
        (0.15, 7),
        "measure == 'researchers_per_million_people' and area.str.len() == 3",
        "researchers of any economy",
    ),
    frozen("area in ['USA', 'CHN', 'JPN', 'GBR']"),
    between((0.1, 100), "measure == 'resident_share_of_applications'", "a fraction where a percentage should be"),
    only("clock", ["filing_year"], "measure.str.startswith('resident_')"),
    only("clock", ["reference_year"], "not measure.str.startswith('resident_')"),
]
