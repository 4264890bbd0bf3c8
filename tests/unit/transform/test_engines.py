"""Engines are chosen by name, say what they lack, and what Spark wrote is taken over only if it is whole."""

import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.core.errors import DbtError
from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from orchestration.transform.engines import Engine, engine, spark

SPARK = spark.Spark()
FACTS = pa.table({"area": ["USA", "CHN"], "value": [1.5, None]})


def test_the_engine_is_chosen_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_ENGINE", "sparc")
    with pytest.raises(DbtError, match="'sparc'; it must be one of duckdb, spark"):
        engine()
    monkeypatch.setenv("BILATERAL_ENGINE", "spark")
    assert isinstance(engine(), spark.Spark)
    monkeypatch.delenv("BILATERAL_ENGINE")
    assert type(engine()) is type(engine(Settings.from_environment().engine)) is Engine


def test_a_missing_extra_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(DbtError, match=r"pyspark is missing") as raised:
        SPARK.require()
    assert "pip install '.[spark]'" in str(raised.value)


def test_a_session_needs_java_or_the_client_of_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "_PACKAGES", ())
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DbtError, match="a Java runtime of version 17 or later; there is none"):
        SPARK.require()
    (tmp_path / "java").touch(0o755)
    SPARK.require()
    (tmp_path / "java").unlink()
    monkeypatch.setenv("SPARK_REMOTE", "sc://localhost")
    SPARK.require()


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A build whose dbt left one table with a contract and one without."""
    build = Build(tmp_path)
    column: dict[str, Any] = {"name": "area", "data_type": "varchar", "constraints": [{"type": "not_null"}]}
    columns = {"area": column, "value": {"name": "value", "data_type": "double", "constraints": []}}
    fact = {"resource_type": "model", "schema": "marts", "alias": "fct", "columns": columns}
    fact["config"] = {"contract": {"enforced": True}}
    write_json(build.target / "manifest.json", {"nodes": {"model.fct": fact}})
    left(build, "marts/fct", FACTS)
    left(build, "seeds/areas", FACTS.select(["area"]))
    return build


def left(build: Build, table: str, rows: pa.Table) -> Path:
    """A table as Spark leaves it."""
    folder = build.folder / spark.FOLDER / table
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, folder / "part-0.snappy.parquet")
    (folder / spark.SUCCESS).touch()
    return folder


def test_whole_tables_become_those_of_the_database_with_their_contract(build: Build) -> None:
    SPARK.take_over(build)
    with duckdb.connect(str(build.database), read_only=True) as connection:
        assert connection.execute("from marts.fct").fetchall() == [("USA", 1.5), ("CHN", None)]
        assert connection.execute("select count(*) from seeds.areas").fetchall() == [(2,)]
        required = connection.execute("select column_name from duckdb_columns() where not is_nullable").fetchall()
    assert required == [("area",)]


def test_a_table_that_spark_did_not_finish_is_refused(build: Build) -> None:
    (build.folder / spark.FOLDER / "marts" / "fct" / spark.SUCCESS).unlink()
    with pytest.raises(DbtError, match="did not write the table marts/fct to its end"):
        SPARK.take_over(build)


def test_a_contract_is_kept_although_parquet_knows_none(build: Build) -> None:
    left(build, "marts/fct", pa.table({"area": pa.array([None], pa.string()), "value": [1.0]}))
    with pytest.raises(DbtError, match="marts/fct breaks its contract"):
        SPARK.take_over(build)


def test_views_of_a_partial_build_read_its_own_raw_files(tmp_path: Path) -> None:
    builds = [Build(tmp_path / "runs" / name) for name in ("first", "second", "third")]
    for number, each in enumerate(builds):
        (each.raw / "uspto" / "patents").mkdir(parents=True)
        pq.write_table(pa.table({"number": [number]}), each.raw / "uspto" / "patents" / "0.parquet")
    with duckdb.connect(str(builds[0].database)) as connection:
        files = builds[0].raw / "uspto" / "patents" / "*.parquet"
        connection.execute(f"create view patents as select * from read_parquet('{files}')")
        connection.execute("create view counted as select count(*) as patents, max(number) as newest from patents")
    (moved := tmp_path / "another data" / "runs").parent.mkdir()
    shutil.move(tmp_path / "runs", moved)
    builds = [Build(moved / each.folder.name) for each in builds]
    for earlier, later in pairwise(builds):
        Engine().begin_with(later, earlier)
        shutil.rmtree(earlier.folder)
    with duckdb.connect(str(builds[-1].database)) as connection:
        assert connection.execute("select * from counted").fetchall() == [(1, 2)]
