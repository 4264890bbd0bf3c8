"""Suite of mirror_asymmetry."""

import great_expectations.expectations as gxe

from expectations.shared import YEARBOOK, anchor, because, between, contract, frozen, of_source, only
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

SWISS = "source in ['bea+snb', 'ons+snb']"
AGAINST_THE_UNITED_STATES = "10.9, Bureau of Economic Analysis 6.4 billion US dollars"
BETWEEN_BEA_AND_ONS = "source == 'bea+ons'"
AGAINST_THE_UNITED_KINGDOM = "4.1, Office for National Statistics 1.0 billion US dollars"

SUITE = [
    *contract(
        "mirror_asymmetry",
        measures=["difference", "relative_difference", "log_ratio"],
        units=["USD", "PT", "PN"],
        bases=["derived"],
        years=(1960, None),
    ),
    ExpectRows(between=(600, None)),
    *of_source("world_bank", 192, first=1962, last=2025),
    ExpectYears(where="area = 'W00'", last=(2025, 2045)),
    anchor(
        "area = 'W00' and year = 2019 and measure = 'difference'",
        (-61.4e9, -45.4e9),
        f"{YEARBOOK}: receipts 406.1 less payments 459.5 billion US dollars",
    ),
    anchor(
        "area = 'W00' and year = 2019 and measure = 'relative_difference'",
        (-14.2, -10.5),
        f"{YEARBOOK}: 406.1 against 459.5 billion US dollars",
    ),
    anchor(
        "area = 'W00' and year = 2019 and measure = 'log_ratio'",
        (-0.142, -0.105),
        f"{YEARBOOK}: 406.1 against 459.5 billion US dollars",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and year = 2018 and item = 'SH' and measure = 'difference' and"
        " vintage < '2021-01-01'",
        (-200e6, -80e6),
        "Congressional Research Service 8.5 and Ministry of Commerce of China 8.64 billion US dollars, with "
        "their rounding",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and year = 2011 and item = 'SH' and measure = 'difference'",
        (400e6, 800e6),
        "WTO's 4.13 against about 3.5 billion US dollars of the Ministry of Commerce of China",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = 'relative_difference'"
        " and vintage < '2021-01-01'",
        (-2.4, -0.9),
        "8.5 billion US dollars by the Bureau of Economic Analysis, 8.64 by the Ministry of Commerce of China",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2018 and measure = 'log_ratio' and"
        " vintage < '2021-01-01'",
        (-0.024, -0.009),
        "8.5 billion US dollars by the Bureau of Economic Analysis, 8.64 by the Ministry of Commerce of China",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011 and measure = 'relative_difference'",
        (10, 22),
        "4.1 billion US dollars in US figures, 3.5 by the Ministry of Commerce of China",
    ),
    anchor(
        "area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2011 and measure = 'log_ratio'",
        (0.1, 0.22),
        "4.1 billion US dollars in US figures, 3.5 by the Ministry of Commerce of China",
    ),
    *(
        anchor(
            f"source = 'bea+publications' and year = {year} and measure = '{measure}' and vintage = '2021-09-21'",
            bounds,
            f"Bureau of Economic Analysis, table 1.5: {received}; Ministry of Commerce of China: {paid} billion US"
            " dollars",
        )
        for year, received, paid, measure, bounds in (
            (2017, 7.406, 7.1, "difference", (250e6, 360e6)),
            (2017, 7.406, 7.1, "relative_difference", (3.5, 5)),
            (2017, 7.406, 7.1, "log_ratio", (0.035, 0.05)),
            (2018, 7.552, 8.64, "difference", (-1.15e9, -1.03e9)),
            (2018, 7.552, 8.64, "relative_difference", (-14.1, -12.8)),
            (2018, 7.552, 8.64, "log_ratio", (-0.142, -0.127)),
        )
    ),
    *of_source("bea+ons", 66, first=2016, last=2020),
    *of_source("bea+snb", 24, first=2015, last=2022),
    *of_source("ons+snb", 18, first=2016, last=2021),
    *(
        anchor(
            f"source = '{source}' and year = {year} and measure = '{measure}'", bounds, f"Swiss National Bank {printed}"
        )
        for source, year, measure, bounds, printed in (
            ("bea+snb", 2022, "difference", (4.2e9, 4.8e9), AGAINST_THE_UNITED_STATES),
            ("bea+snb", 2022, "relative_difference", (49, 55), AGAINST_THE_UNITED_STATES),
            ("bea+snb", 2022, "log_ratio", (0.5, 0.56), AGAINST_THE_UNITED_STATES),
            ("ons+snb", 2021, "difference", (2.9e9, 3.35e9), AGAINST_THE_UNITED_KINGDOM),
            ("ons+snb", 2021, "relative_difference", (118, 125), AGAINST_THE_UNITED_KINGDOM),
            ("ons+snb", 2021, "log_ratio", (1.35, 1.45), AGAINST_THE_UNITED_KINGDOM),
        )
    ),
    only("area", ["CHE"], SWISS, "the two sides exchanged: the difference is of Swiss receipts"),
    between(
        (-1e9, 5e9), f"{SWISS} and measure == 'difference'", "an outlier: the two sides differed by 4.5 billion at most"
    ),
    between(
        (-0.2, 1.5), f"{SWISS} and measure == 'log_ratio'", "an outlier: one side reported four times the other at most"
    ),
    *(
        anchor(
            f"source = 'bea+ons' and item = 'SH' and year = 2020 and measure = '{measure}' and vintage = '2022-09-29'",
            bounds,
            "Bureau of Economic Analysis 5.213, Office for National Statistics 4.667 billion US dollars",
        )
        for measure, bounds in (
            ("difference", (400e6, 700e6)),
            ("relative_difference", (8, 14)),
            ("log_ratio", (0.08, 0.14)),
        )
    ),
    between(
        (-2, 2),
        f"{BETWEEN_BEA_AND_ONS} and measure == 'log_ratio'",
        "an outlier: one side reported four times the other at most",
    ),
    frozen(BETWEEN_BEA_AND_ONS),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="value",
        value_set=[0],
        row_condition=BETWEEN_BEA_AND_ONS,
        meta=because("an empty report as zero: reports in dollars and in pounds are never equal to the dollar"),
    ),
    ExpectCodes(column="measure", codes=["difference", "relative_difference", "log_ratio"]),
    between((-200e9, 200e9), "measure == 'difference'", "reports in different units"),
    between(
        (-200, 200), "measure == 'relative_difference'", "a relative difference outside its range: a report with a sign"
    ),
    between(
        (-12, 12),
        "measure == 'log_ratio'",
        "reports in different units: one is more than a hundred thousand times the other",
    ),
    *(
        between(
            bounds,
            f"area == 'W00' and year == 2025 and measure == '{measure}'",
            "the newest year in other units: what reporters received by July 2026 exceeded what they paid by 57 billion"
            " US dollars",
        )
        for measure, bounds in (
            ("difference", (40e9, 75e9)),
            ("relative_difference", (8, 16)),
            ("log_ratio", (0.08, 0.16)),
        )
    ),
    between(
        (-1, 1),
        "measure == 'log_ratio' and area == 'USA' and counterpart_area == 'CHN' and item == 'SH'",
        "reports in different units between the United States and China",
    ),
    only("unit", ["USD"], "measure == 'difference'"),
    only("unit", ["PT"], "measure == 'relative_difference'"),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item", regex="^S[A-Z0-9]*$", meta=because("an item that is no service, or one under a changed code")
    ),
    ExpectCodes(column="area", codes=["USA", "W00"], where="is_latest"),
    ExpectCodes(column="counterpart_area", codes=["CHN", "GBR"], where="area = 'USA'"),
]
