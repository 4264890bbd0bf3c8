"""DuckDB and Spark publish the same bundle, and make the same tables of many rows: patents, both reports of a flow, balanced services.

Text, whole numbers, decimals, dates and counts of rows must be equal; doubles within ``RELATIVE``.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from shutil import copyfile, copytree, rmtree
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.patent_rows import generate
from orchestration.core.errors import DbtError
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.ingestion.raw_tables import raw_schema
from orchestration.reading.release import Release
from orchestration.reading.release_store import require_current
from orchestration.releases.release_tables import FIRST_SEEN
from orchestration.sources import oecd
from orchestration.transform.build import Build, latest_build, open_build, open_database
from orchestration.transform.dbt_runner import PARTIAL_PARSE, dbt_environment, parse_target, run_dbt
from orchestration.transform.engines import engine
from tests.integration.conftest import PublishedCopy, run_bilateral

pytestmark = pytest.mark.campaign

HEAVY = [
    *("int_uspto_inventors_shared", "int_uspto_co_inventions_counted", "int_uspto_ownership_counted"),
    *("int_uspto__co_inventions", "fct_cross_border_ownership", "int_reports_paired", "int_reporters_rated"),
    *("fct_bilateral_balanced", "fct_balanced_services", "bilateral_ip_charges", "bilateral_services_balance"),
    *("co_invention_intensity", "cross_border_ownership"),
]
"""The models whose rows are many, and metrics that rest on them."""

REPORTERS = ("AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "JPN", "USA")
PATENTS = 0.0004
"""The size of the synthetic patents, of nine million."""


RELATIVE = 1e-12
"""How far two doubles may lie apart, as a share of the larger one."""

SHOWN = 5

OF_ONE_RELEASE = {FIRST_SEEN}
"""Columns that name the release itself."""

CONTENT_OF_ONE_RELEASE = {"engine", "files", "fingerprint", "id", "log", "published_at"}
"""Keys of ``release.json`` that differ between releases."""


def built(settings: Settings, raw: Path, folder: Path, arguments: Sequence[str]) -> Build:
    """Build raw files with the engine of the settings in a folder of its own."""
    build = Build(folder)
    build.target.mkdir(parents=True)
    (folder / "raw").symlink_to(raw)
    if (parsed := parse_target(settings) / PARTIAL_PARSE).exists():
        copyfile(parsed, build.target / PARTIAL_PARSE)
    chosen = engine(settings.engine)
    environment = {
        **dbt_environment(settings, build.raw, open_database(settings), build.target),
        **chosen.environment(settings, build),
    }
    with open_build(settings, build):
        run_dbt(settings, list(arguments), environment)
    chosen.take_over(build)
    return build


def differences(first: Path, second: Path, without: Collection[str] = ()) -> list[str]:
    """Return how the tables of two databases differ, except in columns of the names ``without``.

    What is a table on one side may be a view on the other: Spark writes out a few models that DuckDB reads again.
    """
    with duckdb.connect() as connection:
        for name, database in (("first", first), ("second", second)):
            connection.execute(f"attach {text(database)} as {name} (read_only)")
        columns = {name: _columns(connection, name, without) for name in ("first", "second")}
        views = {
            f"{quoted(schema)}.{quoted(view)}"
            for schema, view in connection.execute("select schema_name, view_name from duckdb_views()").fetchall()
        }
        alone = (columns["first"].keys() ^ columns["second"].keys()) - views
        lines = [f"{table} is on one side alone" for table in sorted(alone)]
        for table in columns["first"].keys() & columns["second"].keys():
            if columns["first"][table] != columns["second"][table]:
                unequal = columns["first"][table].items() ^ columns["second"][table].items()
                lines.append(f"{table}: columns differ: {sorted(unequal)}")
            else:
                lines += _differing_rows(connection, table, columns["first"][table])
    return lines


def _columns(
    connection: duckdb.DuckDBPyConnection, database: str, without: Collection[str]
) -> dict[str, dict[str, str]]:
    """Return the columns of every table with their types, by ``schema.table``; whole numbers and decimals of any width are alike."""
    tables: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "semi join duckdb_tables() using (database_name, schema_name, table_name) where database_name = ?",
        [database],
    ).fetchall():
        if column not in without:
            plain = "INTEGER" if kind in ("BIGINT", "HUGEINT") else kind.partition("(")[0]
            tables.setdefault(f"{quoted(schema)}.{quoted(table)}", {})[column] = plain
    return tables


def _differing_rows(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> list[str]:
    """Return the first rows of a table that differ; rows that are equal without their doubles are compared by the size of these."""
    doubles = [quoted(name) for name, kind in columns.items() if kind == "DOUBLE"]
    exact = ", ".join(quoted(name) for name, kind in columns.items() if kind != "DOUBLE") or "1"
    order = ", ".join(f"{name} nulls last" for name in doubles) or "1"
    numbered = f"select *, row({exact}) as key, row_number() over (partition by key order by {order}) as place"
    apart = [
        f"first.{name} is distinct from second.{name} and coalesce(abs(first.{name} - second.{name}) "
        f"> {RELATIVE} * greatest(abs(first.{name}), abs(second.{name})), true)"
        for name in doubles
    ]
    rows = connection.execute(
        f"select first, second from ({numbered} from first.{table}) as first "
        f"full join ({numbered} from second.{table}) as second using (key, place) "
        f"where {' or '.join(['first.place is null', 'second.place is null', *apart])} limit {SHOWN}"
    ).fetchall()
    return [f"{table}: {left} and {right}"[:1000] for left, right in rows]


def release_differences(first: Release, second: Release) -> list[str]:
    """Return the differences between two releases, except names, times, engines and their hashes."""
    keys = (first.content.keys() | second.content.keys()) - CONTENT_OF_ONE_RELEASE
    unequal = [key for key in sorted(keys) if first.content.get(key) != second.content.get(key)]
    tables = differences(first.database, second.database, OF_ONE_RELEASE)
    return [*tables, *(f"{key} of release.json differs" for key in unequal)]


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skips where Spark is not installed, unless it must be."""
    try:
        engine("spark").require()
    except DbtError as error:
        if os.environ.get("BILATERAL_REQUIRE_SPARK"):
            raise
        pytest.skip(str(error))
    # a session for tables of a few thousand rows
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--conf spark.sql.shuffle.partitions=2 --master local[2] pyspark-shell")


def reports() -> Iterator[dict[str, Any]]:
    """Return synthetic reports of both partners of every flow in five years, with the errors of their reporters."""
    chance = np.random.default_rng(17)
    for (exporter, importer), year in (
        (pair, year) for pair in permutations(REPORTERS, 2) for year in range(2015, 2020)
    ):
        truth = chance.lognormal(18, 1)
        for entry, reporter, partner in (("C", exporter, importer), ("D", importer, exporter)):
            seen = truth * chance.lognormal(0, 0.05 * (1 + REPORTERS.index(reporter)))
            yield {
                "ref_area": reporter,
                "counterpart_area": partner,
                "measure": "SH",
                "accounting_entry": entry,
                "unit_measure": "USD_EXC",
                "unit_mult": "0",
                "obs_status": "A",
                "time_period": str(year),
                "obs_value": f"{seen:.2f}",
                "resource": "services_reported",
                "vintage": date(2026, 1, 1),
                "payload_sha256": "0" * 64,
                "payload_pointer": f"{entry} {reporter} {partner} {year}",
            }


def synthetic_raw(copy: PublishedCopy, folder: Path) -> Path:
    """Return the raw files of a build with synthetic patents instead of the sample, and additional synthetic reports."""
    raw = copytree(latest_build(copy.settings).raw, folder / "raw", copy_function=os.link)
    rmtree(raw / "uspto")
    rmtree(raw / "catalogue" / "payloads")
    generate(raw, PATENTS, copy.settings.dbt_project)
    schema = raw_schema(oecd.TABLES["bilateral_services"])
    names = {field.name.lower(): field.name for field in schema}
    rest = {field.name: "_Z" for field in schema if not field.nullable}
    rows = [rest | {names[name]: value for name, value in row.items()} for row in reports()]
    table = raw / "oecd" / "bilateral_services"
    table.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), table / "synthetic.parquet")
    return raw


@pytest.mark.usefixtures("spark")
def test_heavy_models_are_equal_on_both_engines(published_copy: PublishedCopy, tmp_path: Path) -> None:
    settings = Settings(root=copytree(published_copy.root, tmp_path / "tree"), data=tmp_path / "data")
    published_copy.lend_parse(settings.data)
    raw = synthetic_raw(published_copy, tmp_path)
    arguments = ["build", "--select", *(f"+{name}" for name in HEAVY)]
    arguments += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    builds = [built(replace(settings, engine=name), raw, tmp_path / name, arguments) for name in ("duckdb", "spark")]
    assert differences(builds[0].database, builds[1].database) == []
    with duckdb.connect(str(builds[0].database), read_only=True) as connection:
        rows = dict(connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall())
    assert [name for name in HEAVY if not rows[name]] == []


@pytest.mark.usefixtures("spark")
def test_both_engines_publish_the_same_bundle(published_copy: PublishedCopy, tmp_path: Path) -> None:
    root = copytree(published_copy.root, tmp_path / "tree")
    settings = published_copy.settings, Settings(root=root, data=tmp_path / "spark", engine="spark")
    done = run_bilateral(root, settings[1].data, "refresh", BILATERAL_ENGINE="spark")
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = (require_current(each) for each in settings)
    assert (first.content["engine"], second.content["engine"]) == ("duckdb", "spark")
    assert differences(latest_build(settings[0]).database, latest_build(settings[1]).database) == []
    assert release_differences(first, second) == []
