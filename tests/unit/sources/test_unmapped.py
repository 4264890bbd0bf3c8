"""A code that no mapping knows stays in staging without a meaning, where the test on it stops the build; nothing is dropped in silence."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from orchestration.contract import Parsed
from orchestration.sources import load_sources
from tests.unit.sources.fakes import make_payload
from tests.unit.sources.fuzzing import seeds_of
from tests.unit.sources.staged import PROJECT, raw_table, staged

UNKNOWN = "ZZ unmapped"
SOURCES = sorted(path.stem.removeprefix("area_codes__") for path in PROJECT.glob("seeds/area_codes/*.csv"))


def codes_of(name: str) -> set[str]:
    with (PROJECT / "seeds" / "area_codes" / f"area_codes__{name}.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"] for row in csv.DictReader(stream)}


def parsed(name: str, folder: Path) -> list[tuple[str, list[Parsed]]]:
    """Every table that the source's small payloads and samples fill."""
    source = load_sources()[name]
    tables: dict[str, list[Parsed]] = {}
    for origin, body in seeds_of(name, source):
        for result in source.parse(make_payload(folder, origin, body)):
            tables.setdefault(result.table, []).append(
                Parsed(result.table, result.vintage, list(result.batches), result.rejects)
            )
    return list(tables.items())


def with_unknown_code(raw: pa.Table, column: str) -> pa.Table:
    at = raw.column_names.index(column)
    return raw.set_column(at, raw.schema.field(column), pa.array([UNKNOWN] * raw.num_rows, pa.string()))


def must_be_filled(model: str) -> set[str]:
    """Columns of a staging model that a test requires to be filled."""
    (path,) = PROJECT.glob(f"models/staging/*/{model}.yml")
    (described,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {
        column
        for test in described.get("data_tests", [])
        if isinstance(test, dict) and "no_nulls" in test
        for column in test["no_nulls"]["arguments"]["columns"]
    }


@pytest.mark.parametrize("name", [name for name in SOURCES if name in load_sources()])
def test_an_unmapped_area_code_stays_and_is_stopped(name: str, tmp_path: Path) -> None:
    proven = 0
    for table, results in parsed(name, tmp_path):
        model = f"stg_{name}__{table}"
        raw = raw_table(load_sources()[name].TABLES[table], results)
        known = codes_of(name)
        area_columns = [
            field.name
            for field in raw.schema
            if pa.types.is_string(field.type)
            and set(raw[field.name].drop_null().to_pylist())
            and set(raw[field.name].drop_null().to_pylist()) <= known
        ]
        before = staged(model, raw)
        for column in area_columns:
            after = staged(model, with_unknown_code(raw, column))
            empty = [key for key in must_be_filled(model) if any(row.get(key) is None for row in after)]
            if not after or not before:
                continue
            if empty:
                assert len(after) >= len(before), f"{model} loses rows whose {column} no mapping knows"
                proven += 1
    assert proven, f"no code of {name} was found whose loss of meaning stops the build"
