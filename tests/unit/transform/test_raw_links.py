"""The raw files of a build: how many rows a table has is known before it is read, and much is read a table at a time. All is synthetic."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import cast

import duckdb
import pytest

from orchestration.admission.ingest import ingest
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.transform.build import Build, prepare_build
from orchestration.transform.engines import LARGE, Engine
from orchestration.transform.engines.spark import Spark
from tests.unit import synthetic_source
from tests.unit.ingestion.test_as_of import UNITS
from tests.unit.synthetic_source import body, write_edition

SOURCE = cast(Source, synthetic_source.module())
FEW, MANY = 3, 4_000


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A build of two editions, of which the older one is small, as of the day of the newer."""
    settings = Settings(root=tmp_path, data=tmp_path / "data", as_of=date(2026, 7, 1))
    shutil.copytree(UNITS, settings.dbt_project / "seeds" / "units")
    for vintage, years in (("2018-08-01", FEW), ("2026-07-01", MANY)):
        rows = (f"{year},1" for year in range(years))
        write_edition(settings.bundle, vintage, body(*rows, vintage=vintage))
    ingest(SOURCE, settings)
    return prepare_build(settings, {"synthetic": SOURCE}, "run")


def test_duckdb_expects_at_least_the_rows_that_a_table_has(build: Build) -> None:
    with duckdb.connect() as connection:
        (plan,) = connection.execute(f"explain from '{build.raw}/synthetic/figures/*.parquet'").fetchall()
        (count,) = (
            connection.execute(f"select count(*) from '{build.raw}/synthetic/figures/*.parquet'").fetchone() or ()
        )
    (expected,) = re.findall(r"~([\d,]+) rows", plan[1])
    assert count == FEW + MANY <= int(expected.replace(",", ""))


def test_one_table_is_built_at_a_time_where_there_is_much_to_read(build: Build) -> None:
    assert (*Engine().arguments(build), *Spark().arguments(build)) == ()
    more = build.raw / "synthetic" / "figures" / "more.parquet"
    with more.open("wb") as stream:
        stream.truncate(LARGE)
    assert Engine().arguments(build) == ("--threads", "1")
    assert Spark().arguments(build) == ()
