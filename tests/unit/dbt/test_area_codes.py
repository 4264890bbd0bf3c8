"""The crosswalk of area codes, compared with country_converter's table and with publishers' known traps."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import pytest

from tests.unit.on_duckdb import PROJECT, rendered

SEEDS = PROJECT / "seeds"
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
        "ncses_doctorates",
        "China (including Hong Kong)",
    ): "NCSES's China with Hong Kong, as in all its figures here; metrics state it as the area's note",
    (
        "snb",
        "RS",
    ): "the Swiss National Bank's own letters; its label is 'Africa - South Africa', and Serbia is no partner",
    (
        "iso2",
        "AI",
    ): "until 1977 the code of the French Afars and Issas, now Djibouti (ISO 3166-3); since then Anguilla's",
}
"""(system, code) of country rows that the reference table cannot confirm, with the reason."""

MEANINGS = {
    "comtrade": (
        "842 USA, 841 USA 1979, 840 -, 251 FRA, 250 -, 579 NOR, 578 -, 699 IND, 356 -, 757 CHE, 756 -, "
        "490 TWN, 158 -, 412 XKX, 4 AFG, 004 -, 0 W00, 899 -, 56 BEL, 56 - 1998, 58 - 1998"
    ),
    "m49": ("004 AFG, 840 USA, 891 - 2004, 530 - 2004, 729 SDN 2012, 736 - 2010, 001 W00"),
    "iso2": (
        "NA NAM, TW TWN, GR GRC, EL -, UK -, XK XKX, CS - 1990, CS - 2004, SK SVK, SK - 1975, GE GEO, "
        "GE - 1979, AN - 2010, ZR COD 1996, ZR - 1998"
    ),
    "iso3": ("SCG - 2004, ANT - 2004, TMP TLS 2001, XKX XKX"),
    "wipo_st3": ("NA NAM, EP WIPO_EPO, WO -, CS - 2004"),
    "wipo": ("EP WIPO_EPO, AP WIPO_ARIPO, NA NAM"),
    "wto": ("000 W00, 840 USA"),
    "bea": ("AsiaAndPac BEA_ASIA_PACIFIC, HongKong HKG"),
    "world_bank": ("XK XKX"),
    "eurostat": ("EL GRC, UK GBR, XK XKX, CN_X_HK CHN, NA NAM"),
    "oecd": ("XKV XKX"),
    "imf": ("KOS XKX"),
}
"""By system: code, area that it means or - for none, and year, by default 2020."""
TRAPS = [
    (system, code, area, int(year[0]) if year else 2020)
    for system, text in MEANINGS.items()
    for code, area, *year in map(str.split, text.split(", "))
]

KINDS = {
    "office": "wipo_st3 EP, wipo_st3 EA, wipo_st3 AP, wipo_st3 OA, wipo_st3 WO, wipo EP",
    "excluded": "wipo WO",
    "residual": "wipo XX, comtrade 899",
    "aggregate": "comtrade 97, bea AllCountries",
    "dissolved": "m49 891",
}
"""By kind: system and code."""

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
    query = rendered(
        MODEL.read_text(encoding="utf-8"),
        execute=True,
        project_name="bilateral",
        graph={"nodes": types},
        models_starting=names,
        union_starting=lambda prefix, chosen: union(names(prefix), chosen),
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


@pytest.mark.slow
def test_every_country_row_is_confirmed_or_an_exception_with_a_reason() -> None:
    seen = unconfirmed(crosswalk())
    assert {key: meaning for key, meaning in seen.items() if key not in EXCEPTIONS} == {}
    present = {(row["system"], row["code"]) for row in crosswalk()}
    assert EXCEPTIONS.keys() & present <= seen.keys(), "an exception that is none any more goes"
    assert all(len(reason) > 10 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize(("system", "code", "area", "year"), TRAPS)
def test_easily_confused_codes_map_to_the_right_area(system: str, code: str, area: str, year: int) -> None:
    assert meaning(system, code, year) == {area} - {"-"}


@pytest.mark.parametrize("kind", KINDS)
def test_areas_other_than_countries_are_marked(kind: str) -> None:
    for system, code in map(str.split, KINDS[kind].split(", ")):
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


def test_an_unmapped_code_has_no_area() -> None:
    assert meaning("comtrade", "123456", 2020) == set()
