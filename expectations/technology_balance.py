"""Suite of technology_balance."""

from expectations.shared import anchor, between, contract, frozen, no_world, of_source, only, steady, two_views

BRITISH_RESEARCH = (
    "source == 'ons' and area == 'GBR' and counterpart_area == 'CHE' and item == 'SJ1' and measure == 'coverage_ratio'"
)

SUITE = [
    *contract(
        "technology_balance",
        measures=["receipts", "payments", "balance", "coverage_ratio"],
        items=["_T", "SH", "SJ1"],
        units=["USD", "PN"],
        bases=["reported", "mirrored"],
        has_partial_years=True,
    ),
    *of_source("wto", 134, first=2005, last=2016),
    *of_source("ons", 2136, first=2016, last=2021),
    anchor(
        "measure = 'receipts' and year = 2016 and area = 'USA' and counterpart_area = 'CHN' and basis = 'reported'",
        (7.8e9, 8.45e9),
        "WTO's 7,960 million for charges and 162 million for research added by hand",
    ),
    anchor(
        "measure = 'payments' and year = 2016 and area = 'USA' and counterpart_area = 'CHN' and basis = 'reported'",
        (3e9, 3.28e9),
        "WTO's 545 million for charges and 2,594 million for research added by hand",
    ),
    anchor(
        "measure = 'coverage_ratio' and item = 'SH' and year = 2016 and area = 'USA' and counterpart_area = "
        "'CHN' and basis = 'reported'",
        (13.9, 15.4),
        "WTO's 7,960 by 545 million: 14.6",
    ),
    anchor(
        "measure = 'payments' and year = 2016 and area = 'CHN' and counterpart_area = 'USA' and basis = 'mirrored'",
        (7.8e9, 8.45e9),
        "the United States' report turned: 8,122 million",
    ),
    anchor(
        "measure = 'balance' and year = 2011 and area = 'USA' and counterpart_area = 'CHN' and basis = 'reported'",
        (2.6e9, 2.87e9),
        "WTO's charges and research of the middle year added by hand: 2,730 million",
    ),
    only("unit", ["PN"], "measure == 'coverage_ratio'"),
    only("unit", ["USD"], "measure != 'coverage_ratio'"),
    only(
        "item",
        ["_T"],
        "measure != 'coverage_ratio'",
        "an amount of one component, which belongs to bilateral_services_balance",
    ),
    between(
        (0, None),
        "measure in ['receipts', 'payments', 'coverage_ratio']",
        "a sign flip: money received and paid is not negative",
    ),
    between((-500e9, 500e9), "unit == 'USD'", "a unit slip: no pair exchanges more"),
    between(
        (29e9, 45e9),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00' and measure == 'receipts'",
        "a unit slip, exchanged directions or figures counted twice: the world paid the United Kingdom 30 to 41 billion"
        " a year",
    ),
    between(
        (17e9, 31e9),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00' and measure == 'payments'",
        "a unit slip, exchanged directions or figures counted twice: the United Kingdom paid the world 19 to 30 billion"
        " a year",
    ),
    between(
        (9e9, 15e9),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00' and measure == 'balance'",
        "the sign turned or a component missing: the United Kingdom earned 10 to 14 billion more than it paid in every"
        " year",
    ),
    between(
        (1.2, 2),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00' and measure == 'coverage_ratio'",
        "a ratio upside down, or of another pair",
    ),
    between(
        (-2e9, 2e9),
        "source == 'ons' and unit == 'USD' and (area == 'CHN' or counterpart_area == 'CHN')",
        "another currency: the United Kingdom received 1.1 billion US dollars from China at most where both flows are"
        " known",
    ),
    between((5, 35), BRITISH_RESEARCH, "an outlier, or a zero for an empty cell: between 5.5 and 29 from 2016 to 2021"),
    frozen(BRITISH_RESEARCH),
    frozen("source == 'ons' and area == 'GBR' and counterpart_area == 'W00'"),
    *two_views("ons", "GBR", "the United Kingdom"),
    between((0.001, 1000), "measure == 'coverage_ratio'", "a ratio of zero: an empty cell read as a number"),
    between(
        (0.4, 2.5),
        "area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item == '_T' and year >= 2008",
        "an outlier, or a year in other units: between two big economies the sums do not move so far in a year",
        column="change_ratio",
    ),
    between(
        (0.3, 3.3),
        "area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN'] and item != '_T' and year >= 2008",
        "an outlier of one component",
        column="change_ratio",
    ),
    frozen("area in ['USA', 'CHN'] and counterpart_area in ['USA', 'CHN']"),
    no_world("area"),
    *(
        between(bounds, f"{condition} and area == 'USA' and counterpart_area == 'CHN' and basis == 'reported'", fault)
        for condition, bounds, fault in (
            (
                "measure == 'receipts'",
                (1e9, 30e9),
                "exchanged directions, or figures counted twice: 1.6 to 8.1 billion a year",
            ),
            ("measure == 'payments'", (150e6, 10e9), "an empty cell read as zero: 0.2 to 3.1 billion a year"),
            ("measure == 'balance'", (1e9, 20e9), "the sign turned, or a component missing: always above zero"),
            ("measure == 'coverage_ratio' and item == '_T'", (1.5, 15), "a ratio upside down or of another pair"),
            ("measure == 'coverage_ratio' and item == 'SH'", (8, 60), "a ratio upside down or of another component"),
            ("measure == 'coverage_ratio' and item == 'SJ1'", (0.03, 1), "a ratio upside down or of another component"),
        )
    ),
    steady(
        (0.6, 1.7),
        "source == 'ons' and area == 'GBR' and counterpart_area == 'W00'",
        "with the whole world the sums do not move so far in a year",
    ),
]
