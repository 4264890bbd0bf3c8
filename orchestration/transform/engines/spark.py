"""Spark: dbt writes Parquet through a Spark session of its process, and the database of the build is made from that."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.core.errors import DbtError
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.transform.build import Build
from orchestration.transform.constraints import create_table_columns, has_contract
from orchestration.transform.engines import Engine
from orchestration.transform.spark_session import REMOTE, open_session, run_dbt_in

TABLES = "BILATERAL_TABLES"
"""The environment variable with the folder of a build's tables: ``<schema>/<table>/*.parquet``; see macros/engines.sql."""

FOLDER = "spark"
"""In a build: the folder of its tables."""

SUCCESS = "_SUCCESS"
"""The file that Spark adds to a table when all of it is written."""

_PACKAGES = ("pyspark", "dbt.adapters.spark")
_PACKAGES_OF_CLIENTS = (*_PACKAGES, "grpc_status", "google.rpc", "zstandard")


class Spark(Engine):
    """Spark in this process, or on a server that speaks Spark Connect."""

    def require(self) -> None:
        """Stop without the extra ``spark``, or without a Java runtime where the session is not on a server.

        Raises:
            DbtError: something is missing.
        """
        remote = os.environ.get(REMOTE)
        missing = [name for name in (_PACKAGES_OF_CLIENTS if remote else _PACKAGES) if not _is_installed(name)]
        if missing:
            raise DbtError(
                f"the engine spark needs the Python packages of the extra spark; {missing[0]} is missing",
                remedy="run: pip install '.[spark]'",
            )
        if not (remote or os.environ.get("JAVA_HOME") or shutil.which("java")):
            raise DbtError(
                "the engine spark needs a Java runtime of version 17 or later; there is none",
                remedy="install one (Debian: default-jre-headless) and put java on the PATH or its folder in JAVA_HOME",
            )

    def environment(self, settings: Settings, build: Build) -> Mapping[str, str]:
        """Return where Spark writes the tables of a build, and the Python of its workers."""
        python = os.environ.get("PYSPARK_PYTHON") or sys.executable
        return {TABLES: str(build.folder / FOLDER), "PYSPARK_PYTHON": python}

    def arguments(self, build: Build) -> Sequence[str]:
        """Return nothing: ``profiles.yml`` states how many tables are at work, and Spark limits the memory of each."""
        return ()

    def begin_with(self, build: Build, earlier: Build) -> None:
        """Refuse: a session begins without any table."""
        raise DbtError(
            "the engine spark builds all tables at once", remedy="run the job refresh, or unset BILATERAL_ENGINE"
        )

    @contextmanager
    def session(self) -> Iterator[None]:
        """Run dbt in a Spark session."""
        self.require()
        spark = open_session()
        try:
            spark.udf.register("twelve_digits", twelve_digits, "string")
            run_dbt_in(spark, lambda schema, table: f"{os.environ[TABLES]}/{schema}/{table}")
            yield
        finally:
            spark.stop()

    def take_over(self, build: Build) -> None:
        """Make the database of a build from the Parquet that Spark wrote.

        Raises:
            DbtError: a table was not written to its end, or breaks its contract.
        """
        folder = build.folder / FOLDER
        if not folder.exists():
            return
        contracts = _contracts(build.manifest())
        build.database.unlink(missing_ok=True)
        with duckdb.connect(str(build.database)) as connection:
            for path in sorted(path for path in folder.glob("*/*") if path.is_dir()):
                table = f"{path.parent.name}/{path.name}"
                if not (path / SUCCESS).exists():
                    raise DbtError(
                        f"Spark did not write the table {table} to its end: it has no {SUCCESS}",
                        remedy="build again: bilateral refresh",
                    )
                try:
                    _take(connection, path, contracts.get(table))
                except duckdb.ConstraintException as error:
                    raise DbtError(
                        f"the table {table} breaks its contract: {error}", remedy="correct the model or its contract"
                    ) from error

    def mapped(
        self, function: Callable[..., pa.Table], schema: pa.Schema, *relations: Any, groups: Sequence[str]
    ) -> Any:
        """Call the function for each group, on whichever worker has it; two relations meet in the groups of either."""
        from pyspark.sql.functions import expr
        from pyspark.sql.pandas.types import from_arrow_schema

        first, *more = (relation.groupBy(*map(expr, groups)) for relation in relations)
        grouped = first.cogroup(*more) if more else first
        return grouped.applyInArrow(function, from_arrow_schema(schema))

    def rows(self, relation: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in relation.collect()]


def twelve_digits(value: float | None) -> str | None:
    """Return a number with twelve digits, correctly rounded, as DuckDB writes it."""
    return None if value is None else f"{value:.11e}"


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _take(connection: duckdb.DuckDBPyConnection, path: Path, contract: str | None) -> None:
    """Make a table of the database from its Parquet files, with the columns of its contract where it has one."""
    schema, source = quoted(path.parent.name), f"read_parquet({text(path / '*.parquet')})"
    relation = f"{schema}.{quoted(path.name)}"
    connection.execute(f"create schema if not exists {schema}")
    if contract is None:
        connection.execute(f"create table {relation} as from {source}")
        return
    connection.execute(f"create table {relation} {contract}")
    connection.execute(f"insert into {relation} by name from {source}")


def _contracts(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return, by ``schema/table``, the columns and constraints of every contract: Spark's Parquet enforces none of them."""
    return {
        f"{node['schema']}/{node['alias']}": create_table_columns(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and has_contract(node)
    }
