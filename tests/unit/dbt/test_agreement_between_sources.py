"""The rules that compare what several sources say of one thing: made-up facts that pass, and faults that each rule must show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from jinja2 import Environment

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
AREAS = pd.DataFrame({"area": [f"A{n:02d}" for n in range(40)], "kind": "country"})

Rows = list[dict[str, Any]]


def shown(rule: str, unreviewed: str = "", **tables: Rows | pd.DataFrame) -> Rows:
    """The rows that a singular dbt test shows over made-up facts; a person reviewed all but those of one source."""
    query = "".join(
        (PROJECT / path).read_text(encoding="utf-8") for path in ("macros/reviewed.sql", f"tests/{rule}.sql")
    )
    environment = Environment(autoescape=False)  # noqa: S701 - SQL, not HTML
    environment.globals["ref"] = lambda name: name
    rendered = environment.from_string(query).render()
    connection = duckdb.connect()
    for name, rows in {"dim_area": AREAS, "reviewed_vintages": reviewed(unreviewed, tables), **tables}.items():
        connection.register(name, pd.DataFrame(rows))
    found = connection.execute(rendered)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def reviewed(unreviewed: str, tables: Mapping[str, Rows | pd.DataFrame]) -> Rows:
    """The seed of a person who reviewed every vintage, area and counterpart of the facts, but for one source."""
    rows = [row for facts in tables.values() for row in pd.DataFrame(facts).to_dict("records")]
    return [
        {
            "source": row["source"],
            "vintage": row.get("vintage"),
            "area": row.get("area", row.get("reporter")),
            "counterpart_area": row.get("partner", "W00"),
        }
        for row in rows
        if row["source"] != unreviewed
    ] or [dict.fromkeys(("source", "vintage", "area", "counterpart_area"), "nothing")]


def reports(
    source: str, value: Callable[[int], float], partners: Iterable[int], flow: str = "X", mirrored: bool = False
) -> Rows:
    """One report of A00 on each partner, or of each partner on A00."""
    sides = [("A00", f"A{n:02d}") for n in partners]
    return [
        {
            "source": source,
            "reporter": other if mirrored else own,
            "partner": own if mirrored else other,
            "flow": flow,
            "item": "SH",
            "year": 2020,
            "vintage": "2026-07-01",
            "value": value(number),
            "is_latest": True,
        }
        for number, (own, other) in enumerate(sides)
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


@pytest.mark.parametrize(
    ("value", "partners"),
    [
        (lambda n: 1e9, FEW),
        (lambda n: 1.15e9, FEW),  # a revision
        (lambda n: 1.5e9 if n < 8 else 1e9, MANY),  # a fifth of many figures revised by more
    ],
)
def test_two_sources_of_one_report_may_differ_by_revisions(
    value: Callable[[int], float], partners: Iterable[int]
) -> None:
    facts = reports("bea", lambda n: 1e9, partners) + reports("oecd", value, partners)
    assert shown("sources_agree_on_a_bilateral_report", fct_bilateral_services=facts) == []


def test_small_figures_may_differ_by_their_rounding() -> None:
    facts = reports("bea", lambda n: 1e6, FEW) + reports("oecd", lambda n: 1.6e6, FEW)
    assert shown("sources_agree_on_a_bilateral_report", fct_bilateral_services=facts) == []


@pytest.mark.parametrize(
    ("value", "partners", "rows"),
    [
        (lambda n: 1.5e9 if n == 0 else 1e9, FEW, 1),  # one wrong row among few
        (lambda n: 1e12, MANY, 39),  # another unit
        (lambda n: 1e9 * (1 + n % 2), MANY, 19),  # another row for every second partner
        (lambda n: 1e12 if n == 0 else 1e9, MANY, 1),  # one row in another unit among many
    ],
)
def test_a_report_read_wrong_from_one_source_shows(
    value: Callable[[int], float], partners: Iterable[int], rows: int
) -> None:
    facts = reports("bea", lambda n: 1e9, partners) + reports("oecd", value, partners)
    assert len(shown("sources_agree_on_a_bilateral_report", fct_bilateral_services=facts)) == rows


@pytest.mark.parametrize(
    ("value", "areas"),
    [(lambda n: 1.01e9, FEW), (lambda n: 1.3e9 if n < 9 else 1e9, MANY)],
)
def test_two_sources_of_one_indicator_may_differ_by_revisions(
    value: Callable[[int], float], areas: Iterable[int]
) -> None:
    facts = figures("imf", value, areas) + figures("world_bank", lambda n: 1e9, areas)
    assert shown("sources_agree_on_a_national_indicator", fct_indicator=facts) == []


@pytest.mark.parametrize(
    ("value", "areas", "rows"),
    [
        (lambda n: 1.05e9 if n == 1 else 1e9, FEW, 1),
        (lambda n: -1e9, FEW, 5),
        (lambda n: 1e15, MANY, 39),
        (lambda n: 1.03e9, MANY, 39),  # another year
        (lambda n: 1e6 if n == 7 else 1e9, MANY, 1),
    ],
)
def test_an_indicator_read_wrong_from_one_source_shows(
    value: Callable[[int], float], areas: Iterable[int], rows: int
) -> None:
    facts = figures("imf", value, areas) + figures("world_bank", lambda n: 1e9, areas)
    assert len(shown("sources_agree_on_a_national_indicator", fct_indicator=facts)) == rows


def mirrors(value: Callable[[int], float], partners: Iterable[int]) -> Rows:
    kept = list(partners)
    return reports("bea", lambda n: 1e9, kept) + reports("eurostat", value, kept, "M", mirrored=True)


@pytest.mark.parametrize(
    ("value", "partners"), [(lambda n: 4e9, FEW), (lambda n: 9e9 if n < 10 else 1e9, MANY), (lambda n: 1e7, [])]
)
def test_mirrored_reports_may_differ_as_services_do(value: Callable[[int], float], partners: Iterable[int]) -> None:
    assert (
        shown(
            "mirrored_reports_have_the_same_size",
            fct_bilateral_services=mirrors(value, partners) or reports("a", abs, FEW),
        )
        == []
    )


@pytest.mark.parametrize(
    ("value", "partners", "rows"),
    [
        (lambda n: 6e9 if n == 0 else 1e9, FEW, 1),
        (lambda n: 6e9, MANY, 39),
        (lambda n: 2e12 if n == 0 else 1e9, MANY, 1),
    ],
)
def test_mirrored_reports_in_another_unit_show(
    value: Callable[[int], float], partners: Iterable[int], rows: int
) -> None:
    assert len(shown("mirrored_reports_have_the_same_size", fct_bilateral_services=mirrors(value, partners))) == rows


@pytest.mark.parametrize("unreviewed", ["bea", "eurostat", "oecd", "imf", "world_bank"])
def test_a_vintage_that_nobody_reviewed_is_left_to_admission(unreviewed: str) -> None:
    found = [
        *shown("mirrored_reports_have_the_same_size", unreviewed, fct_bilateral_services=mirrors(lambda n: 2e12, FEW)),
        *shown(
            "sources_agree_on_a_bilateral_report",
            unreviewed,
            fct_bilateral_services=reports("bea", lambda n: 1e9, FEW) + reports("oecd", lambda n: 1e12, FEW),
        ),
        *shown(
            "sources_agree_on_a_national_indicator",
            unreviewed,
            fct_indicator=figures("imf", lambda n: 1e15, FEW) + figures("world_bank", lambda n: 1e9, FEW),
        ),
    ]
    rules = {"bea": 2, "eurostat": 1, "oecd": 1, "imf": 1, "world_bank": 1}
    assert len(found) == 5 * (3 - rules[unreviewed])


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
