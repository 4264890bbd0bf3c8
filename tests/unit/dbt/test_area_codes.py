"""The crosswalk of area codes, compared with country_converter's reference table and with the traps that publishers are known for."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jinja2 import Environment

SEEDS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds"
MODEL = SEEDS.parent / "models" / "marts" / "dim_area_code.sql"

_EXTENT = "UN trade statistics count the territory together with a neighbour under a number of its own"
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("comtrade", "251"): f"{_EXTENT}: Monaco; UN Comtrade reference list of reporters",
    ("comtrade", "757"): f"{_EXTENT}: Liechtenstein; UN Comtrade reference list of reporters",
    ("comtrade", "841"): f"{_EXTENT}: Puerto Rico, until 1980; UN Comtrade reference list of reporters",
    ("comtrade", "842"): f"{_EXTENT}: Puerto Rico and the US Virgin Islands; UN Comtrade reference list of reporters",
    ("unctad", "251"): f"{_EXTENT}: Monaco; the code is that of UN Comtrade",
    ("unctad", "757"): f"{_EXTENT}: Liechtenstein; the code is that of UN Comtrade",
    ("unctad", "842"): f"{_EXTENT}: Puerto Rico and the US Virgin Islands; the code is that of UN Comtrade",
    ("eurostat", "CN_X_HK"): "Eurostat's China without Hong Kong, which is what China means in every figure here",
    (
        "snb",
        "RS",
    ): "the Swiss National Bank's own letters; its label is 'Africa - South Africa', and Serbia is no partner",
    (
        "iso2",
        "AI",
    ): "until 1977 the code of the French Afars and Issas, now Djibouti (ISO 3166-3); since then Anguilla's",
}
"""(system, code) of a country row that the reference table cannot confirm, with the reason and what confirms it instead."""

TRAPS = [
    ("comtrade", "842", "USA", 2020),
    ("comtrade", "841", "USA", 1979),
    ("comtrade", "840", None, 2020),
    ("comtrade", "251", "FRA", 2020),
    ("comtrade", "250", None, 2020),
    ("comtrade", "579", "NOR", 2020),
    ("comtrade", "578", None, 2020),
    ("comtrade", "699", "IND", 2020),
    ("comtrade", "356", None, 2020),
    ("comtrade", "757", "CHE", 2020),
    ("comtrade", "756", None, 2020),
    ("comtrade", "490", "TWN", 2020),
    ("comtrade", "158", None, 2020),
    ("comtrade", "412", "XKX", 2020),
    ("comtrade", "4", "AFG", 2020),
    ("comtrade", "004", None, 2020),
    ("comtrade", "0", "W00", 2020),
    ("comtrade", "899", None, 2020),
    ("comtrade", "56", "BEL", 2020),
    ("comtrade", "56", None, 1998),
    ("comtrade", "58", None, 1998),
    ("m49", "004", "AFG", 2020),
    ("m49", "840", "USA", 2020),
    ("m49", "891", None, 2004),
    ("m49", "530", None, 2004),
    ("m49", "729", "SDN", 2012),
    ("m49", "736", None, 2010),
    ("m49", "001", "W00", 2020),
    ("iso2", "NA", "NAM", 2020),
    ("iso2", "TW", "TWN", 2020),
    ("iso2", "GR", "GRC", 2020),
    ("iso2", "EL", None, 2020),
    ("iso2", "UK", None, 2020),
    ("iso2", "XK", "XKX", 2020),
    ("iso2", "CS", None, 1990),
    ("iso2", "CS", None, 2004),
    ("iso2", "SK", "SVK", 2020),
    ("iso2", "SK", None, 1975),
    ("iso2", "GE", "GEO", 2020),
    ("iso2", "GE", None, 1979),
    ("iso2", "AN", None, 2010),
    ("iso2", "ZR", "COD", 1996),
    ("iso2", "ZR", None, 1998),
    ("iso3", "SCG", None, 2004),
    ("iso3", "ANT", None, 2004),
    ("iso3", "TMP", "TLS", 2001),
    ("iso3", "XKX", "XKX", 2020),
    ("wipo_st3", "NA", "NAM", 2020),
    ("wipo_st3", "EP", "WIPO_EPO", 2020),
    ("wipo_st3", "WO", None, 2020),
    ("wipo_st3", "CS", None, 2004),
    ("wipo", "EP", "WIPO_EPO", 2020),
    ("wipo", "AP", "WIPO_ARIPO", 2020),
    ("wipo", "NA", "NAM", 2020),
    ("wto", "000", "W00", 2020),
    ("wto", "840", "USA", 2020),
    ("bea", "AsiaAndPac", "BEA_ASIA_PACIFIC", 2020),
    ("bea", "HongKong", "HKG", 2020),
    ("world_bank", "XK", "XKX", 2020),
    ("eurostat", "EL", "GRC", 2020),
    ("eurostat", "UK", "GBR", 2020),
    ("eurostat", "XK", "XKX", 2020),
    ("eurostat", "CN_X_HK", "CHN", 2020),
    ("eurostat", "NA", "NAM", 2020),
    ("oecd", "XKV", "XKX", 2020),
    ("imf", "KOS", "XKX", 2020),
]
"""(system, code, area that it means or None for none, year)."""

KINDS = [
    ("wipo_st3", "EP", "office"),
    ("wipo_st3", "EA", "office"),
    ("wipo_st3", "AP", "office"),
    ("wipo_st3", "OA", "office"),
    ("wipo_st3", "WO", "office"),
    ("wipo", "EP", "office"),
    ("wipo", "WO", "excluded"),
    ("wipo", "XX", "residual"),
    ("comtrade", "899", "residual"),
    ("comtrade", "97", "aggregate"),
    ("m49", "891", "dissolved"),
    ("bea", "AllCountries", "aggregate"),
]

Row = dict[str, Any]


@cache
def crosswalk() -> list[Row]:
    """The rows of the model itself over the repository's own seeds, without dbt."""
    connection = duckdb.connect()
    for path in SEEDS.rglob("*.csv"):
        connection.register(path.stem, connection.read_csv(str(path), all_varchar=True))
    areas = union(names("areas__"), ["area", "name", "kind", "iso2", "m49", "definition"])
    connection.execute(f"create table dim_area as {areas}")
    types = {
        f"seed.bilateral.{name}": {"config": {"column_types": columns(connection, name)}}
        for name in names("area_codes__")
    }
    query = (
        Environment(autoescape=False)  # noqa: S701 - SQL, not HTML
        .from_string(MODEL.read_text(encoding="utf-8"))
        .render(
            ref=lambda name: name,
            execute=True,
            project_name="bilateral",
            type_string=lambda: "varchar",
            graph={"nodes": types},
            models_starting=names,
            union_starting=lambda prefix, chosen: union(names(prefix), chosen),
        )
    )
    answer = connection.execute(query)
    named = [column[0] for column in answer.description]
    rows = [dict(zip(named, row, strict=True)) for row in answer.fetchall()]
    for row in rows:
        row["valid_from"], row["valid_to"] = (
            int(row[name]) if row[name] else None for name in ("valid_from", "valid_to")
        )
    return rows


def names(prefix: str) -> list[str]:
    return sorted(path.stem for path in SEEDS.rglob(f"{prefix}*.csv"))


def union(seeds: list[str], chosen: list[str]) -> str:
    casts = {"in_place_of_base": "cast(in_place_of_base as boolean) as in_place_of_base"} | {
        name: f"cast({name} as integer) as {name}" for name in ("valid_from", "valid_to")
    }
    return " union all ".join(
        f"select {', '.join(casts.get(column, column) for column in chosen)} from {seed}" for seed in seeds
    )


def columns(connection: duckdb.DuckDBPyConnection, seed: str) -> list[str]:
    return [row[0] for row in connection.execute(f"describe {seed}").fetchall()]


@dataclass(frozen=True)
class Reference:
    """A country in country_converter's table."""

    iso2: str
    iso3: str
    number: str
    name: re.Pattern[str]


@cache
def reference() -> list[Reference]:
    """Every country of today; the table is read as text, so that Namibia's NA is a code."""
    text = files("country_converter").joinpath("country_data.tsv").read_text(encoding="utf-8")
    return [
        Reference(
            row["ISO2"],
            row["ISO3"],
            (row["ISOnumeric"] or row["UNcode"]).zfill(3),
            re.compile(row["regex"], re.IGNORECASE),
        )
        for row in csv.DictReader(text.splitlines(), delimiter="\t")
        if not row["obsolete"]
    ]


def candidates(row: Row) -> Iterator[str]:
    """ISO alpha-3 of every country that the code, or else the name, is known for."""
    code = str(row["code"])
    by_code = [row.iso3 for row in reference() if code in (row.iso2, row.iso3) or code.zfill(3) == row.number]
    yield from by_code
    if not by_code:
        name = str(row["name"]).rpartition(" - ")[2]  # "Europe - Germany" names the continent first
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code if len(code) > 3 else name)
        yield from (row.iso3 for row in reference() if row.name.search(words))


def meaning(system: str, code: str, year: int) -> set[str | None]:
    return {
        row["area"]
        for row in crosswalk()
        if (row["system"], row["code"]) == (system, code)
        and (row["valid_from"] or 0) <= year <= (row["valid_to"] or 9999)
        and row["area"]
    }


def unconfirmed(rows: list[Row]) -> dict[tuple[str, str], str]:
    """Country rows whose area is not the one country that the reference table knows by this code or name."""
    meanings = {}
    for row in rows:
        if row["kind"] == "country":
            seen = set(candidates(row))
            if seen != {row["area"]}:
                meanings[row["system"], row["code"]] = f"{row['area']} ({row['name']}); the table says {sorted(seen)}"
    return meanings


def test_every_country_row_is_confirmed_or_an_exception_with_a_reason() -> None:
    seen = unconfirmed(crosswalk())
    assert {key: meaning for key, meaning in seen.items() if key not in EXCEPTIONS} == {}
    present = {(row["system"], row["code"]) for row in crosswalk()}
    assert EXCEPTIONS.keys() & present <= seen.keys(), "an exception that is none any more goes"
    assert all(len(reason) > 10 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize(
    "change",
    [
        {"area": "AUT"},
        {"code": "AU", "area": "AUT"},
        {"code": "Niger", "area": "NGA"},
        {"code": "ZZ", "name": "Nowhere"},
    ],
)
def test_a_wrong_mapping_is_found(change: Row) -> None:
    right = {"system": "synthetic", "code": "AUS", "area": "AUS", "kind": "country", "name": "Australia"}
    assert unconfirmed([right]) == {}
    assert len(unconfirmed([{**right, **change}])) == 1


@pytest.mark.parametrize(("system", "code", "area", "year"), TRAPS)
def test_codes_that_are_easily_taken_for_another(system: str, code: str, area: str | None, year: int) -> None:
    assert meaning(system, code, year) == ({area} if area else set())


@pytest.mark.parametrize(("system", "code", "kind"), KINDS)
def test_an_area_that_is_no_country_is_marked(system: str, code: str, kind: str) -> None:
    assert {row["kind"] for row in crosswalk() if (row["system"], row["code"]) == (system, code)} == {kind}


def test_every_country_has_one_code_in_force_in_every_shared_system() -> None:
    countries = {row["area"] for row in crosswalk() if row["system"] == "iso3" and row["kind"] == "country"}
    assert len(countries) > 240
    for system, without in {"iso2": set(), "m49": {"XKX"}, "comtrade": set(), "wipo_st3": set()}.items():
        now = [
            row["area"]
            for row in crosswalk()
            if row["system"] == system and row["kind"] == "country" and not row["valid_to"]
        ]
        assert len(now) == len(set(now)), system
        assert set(now) == countries - without, system


def test_a_code_that_is_mapped_nowhere_means_nothing() -> None:
    assert meaning("comtrade", "123456", 2020) == set()
