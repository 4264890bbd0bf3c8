"""Which columns a model's columns are made from, read out of its SQL; over a synthetic build of a few tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.transform.build import Build
from orchestration.transform.column_lineage import Origins, column_origins, column_types

RAW = "source.synthetic.office.filings"
SEED = "seed.synthetic.codes"
STAGED = "model.synthetic.staged"
RATIO = "model.synthetic.ratio"

SQL = {
    STAGED: """
        select code.area, raw."FilingYear"::integer as year, raw.Number * 1000 as value, 'PATN' as unit
        from read_parquet('{raw}/office/filings/*.parquet') as raw
        left join seeds.codes as code on code.code = raw.Origin
    """,
    RATIO: """
        with now as (select * from staging.staged), past as (select area, year + 1 as year, value as before from staging.staged)
        select now.area, now.year, now.value / past.before as value, count(*) over () as n from now join past using (area, year)
    """,
    "model.synthetic.scripted": "no SQL at all (",
}


@pytest.fixture
def build(tmp_path: Path) -> Build:
    made = Build(tmp_path)
    raw = pa.table({"Origin": ["US"], "FilingYear": ["2024"], "Number": [1.0], "Title": ["not read"]})
    (made.raw / "office" / "filings").mkdir(parents=True)
    pq.write_table(raw, made.raw / "office" / "filings" / "one.parquet")
    with duckdb.connect(str(made.database)) as connection:
        for schema in ("seeds", "staging", "metrics"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table seeds.codes as select 'US' as code, 'USA' as area")
        connection.execute(f"create table staging.staged as {SQL[STAGED].format(raw=made.raw)}")
        connection.execute(f"create table metrics.ratio as {SQL[RATIO]}")
        connection.execute("create table metrics.scripted as select 1 as value")
    nodes = {
        SEED: node("seed", "codes", "seeds"),
        STAGED: node("model", "staged", "staging", RAW, SEED),
        RATIO: node("model", "ratio", "metrics", STAGED),
        "model.synthetic.scripted": node("model", "scripted", "metrics"),
    }
    source = {"resource_type": "source", "source_name": "office", "identifier": "filings", "name": "filings"}
    made.target.mkdir()
    (made.target / "manifest.json").write_text(json.dumps({"nodes": nodes, "sources": {RAW: source}}))
    for key, sql in SQL.items():
        compiled = made.target / "compiled" / "synthetic" / nodes[key]["original_file_path"]
        compiled.parent.mkdir(parents=True, exist_ok=True)
        compiled.write_text(sql.format(raw=made.raw))
    return made


def node(kind: str, name: str, schema: str, *parents: str) -> dict[str, Any]:
    return {
        "resource_type": kind,
        "language": "sql",
        "name": name,
        "alias": name,
        "schema": schema,
        "package_name": "synthetic",
        "original_file_path": f"models/{schema}/{name}.sql",
        "depends_on": {"nodes": list(parents)},
    }


def origins(build: Build, name: str) -> Origins | None:
    manifest = build.manifest()
    (model,) = (one for one in manifest["nodes"].values() if one["name"] == name)
    return column_origins(build, manifest, model, column_types(build))


def resolved(build: Build, name: str) -> Origins:
    found = origins(build, name)
    assert found is not None
    return found


def test_the_types_are_those_of_the_database(build: Build) -> None:
    types = column_types(build)
    assert types["staged"] == {"area": "varchar", "year": "integer", "value": "double", "unit": "varchar"}
    assert list(types["ratio"]) == ["area", "year", "value", "n"]


def test_a_staged_column_names_the_publishers_own_column_in_its_own_spelling(build: Build) -> None:
    staged = resolved(build, "staged")
    assert staged["year"] == [(RAW, "FilingYear")]
    assert staged["value"] == [(RAW, "Number")]
    assert staged["area"] == [(SEED, "area")]
    assert staged["unit"] == [], "a constant is made from no column"


def test_a_ratio_names_its_input_through_two_common_table_expressions(build: Build) -> None:
    ratio = resolved(build, "ratio")
    assert ratio["value"] == [(STAGED, "value")]
    assert (STAGED, "area") in ratio["area"]
    assert ratio["n"] == []


def test_sql_that_cannot_be_resolved_and_seeds_have_no_origins(build: Build) -> None:
    assert origins(build, "scripted") is None
    assert origins(build, "codes") is None


def test_the_star_of_a_table_whose_columns_are_not_known_leads_nowhere_and_stops_nothing(build: Build) -> None:
    """A view that Spark leaves no file of, or that was not built here."""
    manifest, types = build.manifest(), {"ratio": column_types(build)["ratio"]}
    found = column_origins(build, manifest, manifest["nodes"][RATIO], types)
    assert found is not None
    assert list(found) == ["area", "year", "value", "n"]
    assert set().union(*found.values()) <= {(STAGED, "area"), (STAGED, "value")}
