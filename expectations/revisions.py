"""Suite of revisions."""

import great_expectations.expectations as gxe

from expectations.shared import NO_WORLD_BANK_REGION, anchor, because, between, contract, countries, frozen, only
from orchestration.guards.expectation_types import ExpectCodes, ExpectFigure, ExpectRows, ExpectYears

WITHOUT = {
    "only_codes(unit)": "a revision is in the unit of its series, and dim_unit holds every unit",
    "only_codes(clock)": "a revision is dated by the clock of its series",
    "only_codes(authority)": "a revision is of the office or list of its series",
    "unique_key of newest": "a figure that was revised twice has two revisions, and none replaces another",
}
"""Expectations of the metric contract that do not apply, each with the reason."""

SUITE = [
    *contract("revisions", bases=["derived"], statuses=["A"], years=(1950, None), without=WITHOUT),
    ExpectRows(between=(10_400, None)),
    ExpectRows(between=(10_400, None), where="source = 'world_bank' and is_latest"),
    ExpectYears(where="source = 'world_bank'", last=(2024, 2045)),
    *(
        anchor(
            "source = 'publications' and area = 'USA' and counterpart_area = 'CHN' and year = 2022 and "
            f"measure = 'bilateral_services_X_{change}_change'",
            bounds,
            "services of the United States to China in 2022: 41.5 billion US dollars by the Congressional Research "
            "Service in March 2024, 41.8 by the US-China Business Council in April",
        )
        for change, bounds in (("absolute", (200e6, 400e6)), ("relative", (0.48, 0.97)))
    ),
    *(
        anchor(
            f"source = 'bea' and counterpart_area = 'CHN' and item = '{item}' and year = 2018 and vintage = '2021-09-21' and measure = "
            f"'bilateral_services_X_{change}_change'",
            bounds,
            f"Bureau of Economic Analysis, in billion US dollars: {printed}",
        )
        for item, change, bounds, printed in (
            ("S", "absolute", (1.1e9, 1.7e9), "57.1 as known in August 2019, 58.467 in September 2021"),
            ("S", "relative", (1.9, 3), "57.1 as known in August 2019, 58.467 in September 2021"),
            ("SH", "absolute", (-1.2e9, -0.7e9), "8.5 as known in August 2019, 7.552 in September 2021"),
            ("SH", "relative", (-14, -9), "8.5 as known in August 2019, 7.552 in September 2021"),
        )
    ),
    *(
        anchor(
            f"area = 'USA' and year = {year} and measure = '{measure}_change'",
            bounds,
            f"US Bureau of Economic Analysis, in billion US dollars: {printed}",
        )
        for year, measure, bounds, printed in (
            (2010, "ip_receipts_relative", (-15, -5), "105.6 as known in May 2012, 95.0 now"),
            (2010, "ip_receipts_absolute", (-15.8e9, -5.3e9), "105.6 as known in May 2012, 95.0 now"),
            (2016, "ip_payments_absolute", (-3.2e9, -1.7e9), "44.4 before its benchmark revision, 42.0 after"),
            (2016, "ip_payments_relative", (-7.2, -3.8), "44.4 before its benchmark revision, 42.0 after"),
        )
    ),
    *(
        anchor(
            f"area = 'CHN' and year = 2024 and measure = '{measure}_change'",
            bounds,
            f"World Bank, China in billion US dollars: {printed} in December 2025 and July 2026",
        )
        for measure, bounds, printed in (
            ("ip_receipts_absolute", (-4.5e9, -2e9), "10.1 and 7.1"),
            ("ip_payments_absolute", (20e6, 80e6), "45.8, and 0.043 more"),
            ("ip_payments_relative", (0.05, 0.17), "45.8, and 0.043 more"),
        )
    ),
    gxe.ExpectColumnValuesToMatchRegex(
        column="measure",
        regex="^[a-zA-Z0-9_]+_(absolute|relative)_change$",
        meta=because("a measure that is named neither an absolute nor a relative change"),
    ),
    ExpectCodes(
        column="measure",
        codes=[
            f"ip_{flow}_{change}_change" for flow in ("receipts", "payments") for change in ("absolute", "relative")
        ],
        where="is_latest",
    ),
    between(
        (-200, 100e6), "measure.str.endswith('_relative_change')", "a relative change of figures in different units"
    ),
    between((-300e9, 300e9), "unit == 'USD'", "an absolute change of figures in different units"),
    between(
        (-40, 40),
        "area in ['USA', 'JPN', 'W00'] and measure in ['ip_receipts_relative_change', "
        "'ip_payments_relative_change'] and year >= 1985",
        "vintages in different units, or of different economies",
    ),
    between(
        (-150e9, 150e9),
        "area in ['USA', 'JPN', 'CHN'] and unit == 'USD'",
        "vintages in different units, or of different economies",
    ),
    only("item", ["SH"], "measure.str.startswith('ip_') and source == 'world_bank'"),
    only("unit", ["PT", "USD"], "measure.str.startswith('ip_')"),
    only("clock", ["reference_year"], "measure.str.startswith('ip_')"),
    only("authority", ["_Z"], "measure.str.startswith('ip_')"),
    only("unit", ["PT"], "measure.str.endswith('_relative_change')"),
    ExpectYears(
        where="area = 'USA' and measure = 'ip_receipts_relative_change' and vintage < '2026-01-01'",
        first=(1999, 1999),
        meta=because("figures of another year: the benchmark revision of American receipts begins with 1999"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="value", value_set=[0], meta=because("a figure that did not change passed off as a revision")
    ),
    only("is_latest", [True], fault="a revision hidden from the release: none is ever replaced"),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "W00"], where="is_latest"),
    between(
        (-20, -5),
        "area == 'USA' and measure == 'ip_receipts_relative_change' and year >= 2003 and year <= 2016",
        "the benchmark revision of American receipts of 2003 to 2016 is missing or has another sign",
    ),
    countries(50),
    NO_WORLD_BANK_REGION,
    frozen("area in ['USA', 'CHN', 'JPN']"),
    *(
        between(
            bounds,
            f"area == 'USA' and measure == '{measure}_absolute_change' and year >= {first} and year <= 2016",
            f"an outlier, or a revision with another sign: the benchmark revision lowered American figures {observed}",
        )
        for measure, first, bounds, observed in (
            ("ip_payments", 2000, (-6e9, -100e6), "of 2000 to 2016 by 0.3 to 4.7 billion US dollars"),
            ("ip_receipts", 1999, (-20e9, -5e9), "of 1999 to 2016 by 8 to 17 billion US dollars"),
        )
    ),
    *(
        ExpectFigure(
            aggregate="max(value)",
            between=bounds,
            where=f"year = 2024 and measure = '{measure}'",
            meta=because(
                "the newest year revised in other units: in July 2026 some economy was revised by hundreds of millions "
                "of US dollars, or by tens of percent"
            ),
        )
        for measure, bounds in (
            ("ip_payments_absolute_change", (300e6, 30e9)),
            ("ip_receipts_absolute_change", (200e6, 20e9)),
            ("ip_payments_relative_change", (10, 1000)),
            ("ip_receipts_relative_change", (20, 2000)),
        )
    ),
]
