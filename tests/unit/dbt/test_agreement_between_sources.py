"""Rules that compare several sources of one figure: made-up facts that pass, and faults that each shows."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd
import pytest

from tests.unit.on_duckdb import Rows, singular

AREAS = pd.DataFrame({"area": [f"A{n:02d}" for n in range(40)], "kind": "country"})
NOBODY = {"source": "-", "vintage": None, "area": "-", "counterpart_area": "-"}


def shown(rule: str, unreviewed: str = "", **tables: Rows) -> Rows:
    """The rows that a singular dbt test shows over made-up facts; a person reviewed all but those of one source."""
    return singular(rule, "reviewed", dim_area=AREAS, int_vintages_reviewed=reviewed(unreviewed, tables), **tables)


def reviewed(unreviewed: str, tables: Mapping[str, Rows]) -> Rows:
    """The seed of a person who reviewed every vintage, area and counterpart of the facts, but for one source."""
    return [
        {
            "source": row["source"],
            "vintage": row.get("vintage"),
            "area": row.get("area", row.get("reporter")),
            "counterpart_area": row.get("partner", "W00"),
        }
        for facts in tables.values()
        for row in facts
        if row["source"] != unreviewed
    ] or [NOBODY]


def reports(
    source: str, value: Callable[[int], float], partners: Iterable[int], flow: str = "X", mirrored: bool = False
) -> Rows:
    """One report of A00 on each partner, or of each partner on A00."""
    sides = [("A00", f"A{n:02d}") for n in partners]
    return [
        {
            "source": source,
            "reporter": partner if mirrored else own,
            "partner": own if mirrored else partner,
            "flow": flow,
            "item": "SH",
            "year": 2020,
            "vintage": "2026-07-01",
            "value": value(number),
            "is_latest": True,
        }
        for number, (own, partner) in enumerate(sides)
    ]


def figures(source: str, value: Callable[[int], float], areas: Iterable[int]) -> Rows:
    return [
        {
            "source": source,
            "indicator": "ip_receipts",
            "area": f"A{n:02d}",
            "item": "SH",
            "year": 2020,
            "vintage": "2026-07-01",
            "value": value(n),
            "is_latest": True,
        }
        for n in areas
    ]


FEW, MANY = range(1, 6), range(1, 40)


BILATERAL, INDICATOR = "sources_agree_on_a_bilateral_report", "sources_agree_on_a_national_indicator"
MIRRORED = "mirrored_reports_have_the_same_size"
CASES: dict[str, tuple[str, Callable[[int], float], range, int]] = {
    "two sources of a report agree": (BILATERAL, lambda n: 1e9, FEW, 0),
    "a fifth of many reports was revised by more": (BILATERAL, lambda n: 1.5e9 if n < 8 else 1e9, MANY, 0),
    "one wrong report among few": (BILATERAL, lambda n: 1.5e9 if n == 0 else 1e9, FEW, 1),
    "reports in another unit": (BILATERAL, lambda n: 1e12, MANY, 39),
    "another row for every second partner": (BILATERAL, lambda n: 1e9 * (1 + n % 2), MANY, 19),
    "one report in another unit among many": (BILATERAL, lambda n: 1e12 if n == 0 else 1e9, MANY, 1),
    "a fifth of many indicators was revised by more": (INDICATOR, lambda n: 1.3e9 if n < 9 else 1e9, MANY, 0),
    "one wrong indicator among few": (INDICATOR, lambda n: 1.05e9 if n == 1 else 1e9, FEW, 1),
    "indicators in another unit": (INDICATOR, lambda n: 1e15, MANY, 39),
    "indicators of another year": (INDICATOR, lambda n: 1.03e9, MANY, 39),
    "one indicator in another unit among many": (INDICATOR, lambda n: 1e6 if n == 7 else 1e9, MANY, 1),
    "mirrors differ as services do": (MIRRORED, lambda n: 4e9, FEW, 0),
    "a quarter of many mirrors differs by more": (MIRRORED, lambda n: 9e9 if n < 10 else 1e9, MANY, 0),
    "one mirror among few is six times as large": (MIRRORED, lambda n: 6e9 if n == 0 else 1e9, FEW, 1),
    "one mirror in another unit among many": (MIRRORED, lambda n: 2e12 if n == 0 else 1e9, MANY, 1),
}


def offences(rule: str, value: Callable[[int], float], numbers: range, unreviewed: str = "") -> Rows:
    """The rows that a rule shows of a billion by one source beside other values by another."""
    if rule == INDICATOR:
        facts = figures("imf", value, numbers) + figures("world_bank", lambda n: 1e9, numbers)
        return shown(rule, unreviewed, fct_indicator=facts)
    beside = reports("oecd", value, numbers)
    if rule == MIRRORED:
        beside = reports("eurostat", value, numbers, "M", mirrored=True)
    return shown(rule, unreviewed, fct_bilateral_services=reports("bea", lambda n: 1e9, numbers) + beside)


@pytest.mark.parametrize("name", CASES)
def test_sources_may_differ_by_revisions_and_no_further(name: str) -> None:
    rule, value, numbers, rows = CASES[name]
    assert len(offences(rule, value, numbers)) == rows


def test_small_figures_may_differ_by_their_rounding() -> None:
    facts = reports("bea", lambda n: 1e6, FEW) + reports("oecd", lambda n: 1.6e6, FEW)
    assert shown(BILATERAL, fct_bilateral_services=facts) == []


@pytest.mark.parametrize(
    ("rule", "unreviewed", "rows"),
    [
        *((BILATERAL, "bea", 0), (BILATERAL, "oecd", 0), (BILATERAL, "imf", 5), (INDICATOR, "imf", 0)),
        *((INDICATOR, "world_bank", 0), (MIRRORED, "bea", 0), (MIRRORED, "eurostat", 0)),
    ],
)
def test_a_vintage_that_nobody_reviewed_is_left_to_admission(rule: str, unreviewed: str, rows: int) -> None:
    assert len(offences(rule, lambda n: 1e15, FEW, unreviewed)) == rows


@pytest.mark.parametrize(("imports", "rows"), [(1e9, 0), (1.00001e9, 0), (1.2e9, 1), (None, 0)])
def test_balanced_values_from_both_sides_are_one(imports: float | None, rows: int) -> None:
    fact = {
        "source": "oecd",
        "exporter": "A00",
        "importer": "A01",
        "item": "SH",
        "year": 2020,
        "balanced_value": 1e9,
        "balanced_value_from_imports": imports,
    }
    assert len(shown("balanced_services_are_equal_from_both_sides", fct_bilateral_balanced=[fact])) == rows
