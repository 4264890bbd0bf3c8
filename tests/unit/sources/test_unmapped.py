"""A code that no mapping knows stays in staging without a meaning, where the test on it stops the build; nothing is dropped in silence."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from orchestration.sources import load_sources
from tests.unit.on_duckdb import PROJECT
from tests.unit.sources.fakes import make_payload
from tests.unit.sources.fuzzing import seeds_of
from tests.unit.sources.staged import raw_table, staged

pytestmark = pytest.mark.slow

UNKNOWN = "ZZ unmapped"
ELSEWHERE = {
    "sec": "codes are part of a longer text; test_sec shows that one without a mapping is of a kind that is refused"
}
SOURCES = sorted(path.stem.removeprefix("area_codes__") for path in PROJECT.glob("seeds/area_codes/*.csv"))


def codes_of(name: str) -> set[str]:
    with (PROJECT / "seeds" / "area_codes" / f"area_codes__{name}.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"] for row in csv.DictReader(stream)}


def raw_tables(name: str, folder: Path) -> dict[str, pa.Table]:
    """The raw rows of every table that the source's small payloads and samples fill and whose model maps area codes."""
    source = load_sources()[name]
    tables: dict[str, list[pa.Table]] = {}
    for origin, body in seeds_of(name, source):
        for result in source.parse(make_payload(folder, origin, body)):
            raw = raw_table(source.TABLES[result.table], [result], origin.resource)
            tables.setdefault(result.table, []).append(raw)
    return {table: pa.concat_tables(parts) for table, parts in tables.items() if maps_areas(name, table)}


def maps_areas(name: str, table: str) -> bool:
    return any(
        f"area_codes__{name}" in path.read_text(encoding="utf-8")
        for path in PROJECT.glob(f"models/staging/{name}/stg_{name}__{table}.sql")
    )


def code_columns(raw: pa.Table, known: set[str]) -> list[str]:
    """Columns that hold nothing but codes of the mapping."""
    texts = {
        field.name: set(raw[field.name].drop_null().to_pylist()) for field in raw.schema if field.type == pa.string()
    }
    return [name for name, seen in texts.items() if seen and seen <= known]


def with_unknown_code(raw: pa.Table, column: str) -> pa.Table:
    at = raw.column_names.index(column)
    return raw.set_column(at, raw.schema.field(column), pa.array([UNKNOWN] * raw.num_rows, pa.string()))


def must_be_filled(model: str) -> set[str]:
    """Columns of a staging model that its contract requires to be filled."""
    (path,) = PROJECT.glob(f"models/staging/*/{model}.yml")
    (described,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    required = {"type": "not_null"}
    filled = {column["name"] for column in described["columns"] if required in column.get("constraints", ())}
    tests = (test for test in described.get("data_tests", ()) if isinstance(test, dict) and "no_nulls" in test)
    return filled.union(*(test["no_nulls"]["arguments"]["columns"] for test in tests))


@pytest.mark.parametrize("name", [name for name in SOURCES if name in load_sources() and name not in ELSEWHERE])
def test_an_unmapped_area_code_stays_and_is_stopped(name: str, tmp_path: Path) -> None:
    known, proven = codes_of(name), 0
    for table, raw in raw_tables(name, tmp_path).items():
        model = f"stg_{name}__{table}"
        before, filled = staged(model, raw), must_be_filled(model)
        for column in code_columns(raw, known):
            after = staged(model, with_unknown_code(raw, column))
            if any(row.get(key) is None for row in after for key in filled):
                assert len(after) >= len(before), f"{model} loses rows whose {column} no mapping knows"
                proven += 1
    assert proven, f"no code of {name} was found whose loss of meaning stops the build"
