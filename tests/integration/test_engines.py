"""DuckDB and Spark publish the same bundle, and make the same tables of many rows: patents, both reports of a flow, balanced services."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.patent_rows import generate
from orchestration.core.errors import DbtError
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import raw_schema
from orchestration.releases.release_store import require_current
from orchestration.sources import oecd
from orchestration.transform.build import latest_build
from orchestration.transform.engines import engine
from tests.integration.conftest import PublishedCopy, run_bilateral
from tests.integration.engines import built, differences, release_differences

pytestmark = pytest.mark.campaign

HEAVY = [
    "int_uspto_inventors_shared",
    "int_uspto_co_inventions_counted",
    "int_uspto_ownership_counted",
    "int_uspto__co_inventions",
    "fct_cross_border_ownership",
    "int_reports_paired",
    "int_reports_reconciled",
    "fct_bilateral_balanced",
    "fct_balanced_services",
    "bilateral_ip_charges",
    "bilateral_services_balance",
    "co_invention_intensity",
    "cross_border_ownership",
]
"""The models whose rows are many, and metrics that rest on them."""

REPORTERS = ("AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "JPN", "USA")
PATENTS = 0.0004
"""The size of the synthetic patents, of nine million."""


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
    # Spark reads raw files and writes tables in storage that its workers share
    settings = replace(settings, store=f"file://{tmp_path}/shared")
    builds = [built(replace(settings, engine=name), raw, tmp_path / name, arguments) for name in ("duckdb", "spark")]
    assert not [path for path in (tmp_path / "shared").rglob("*") if path.is_file()], "it is emptied when they are here"
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
