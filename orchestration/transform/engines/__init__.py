"""The engines that run the dbt project: DuckDB, and Spark in a module of its own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from orchestration.core.errors import DbtError
from orchestration.core.settings import ENGINE, Settings

if TYPE_CHECKING:  # the process of dbt starts half a second sooner without these
    import pyarrow as pa

    from orchestration.transform.build import Build

NAMES = ("duckdb", "spark")
"""The engines; each is the name of a target in ``profiles.yml`` and of a dbt adapter."""

LARGE = 256 * 1024**2
"""Bytes of raw files above which one table is built at a time, since two may not fit into memory."""


class Engine:
    """DuckDB, in which dbt writes the database of the build; another engine overrides what differs."""

    def require(self) -> None:
        """Raise DbtError where a package or a program is missing; start nothing."""

    def environment(self, settings: Settings, build: Build) -> Mapping[str, str]:
        """Return environment variables of this engine's dbt, in addition to the common ones."""
        return {}

    def arguments(self, build: Build) -> Sequence[str]:
        """Return arguments for the dbt that makes a build."""
        is_large = sum(path.stat().st_size for path in build.raw.rglob("*.parquet")) > LARGE
        return ("--threads", "1") if is_large else ()

    def begin_with(self, build: Build, earlier: Build) -> None:
        """Copy the tables of an earlier build into a new one, in which dbt rebuilds a part.

        Views read the raw files of the new build: the earlier one may be removed, or the data folder moved, while they
        are in use.
        """
        import duckdb

        shutil.copyfile(earlier.database, build.database)
        raw = str(build.raw).replace("'", "''")
        with duckdb.connect(str(build.database)) as connection:
            views = connection.execute("select sql from duckdb_views() where not internal").fetchall()
            for (statement,) in views:
                moved = re.sub(r"'(?:[^']|'')*/runs/[^/']+/raw/", lambda _: f"'{raw}/", statement)
                if moved != statement:
                    connection.execute(f"CREATE OR REPLACE {moved.removeprefix('CREATE ')}")

    def session(self) -> AbstractContextManager[None]:
        """Return the context manager that dbt runs in, within its own process."""
        return nullcontext()

    def take_over(self, build: Build) -> None:
        """Fill the database of a build with every table that dbt made, also when a test failed."""

    def mapped(
        self, function: Callable[..., pa.Table], schema: pa.Schema, *relations: Any, groups: Sequence[str]
    ) -> Any:
        """Return the result of a Python model: a function that makes a table of ``schema`` of one or two relations of
        ``dbt.ref``.

        It may see several groups at once, and never a part of one; ``groups`` are SQL expressions whose values its rows
        share.
        """
        return function(*(relation.to_arrow_table() for relation in relations))

    def rows(self, relation: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a small relation, such as a dimension, for a Python model."""
        return list(relation.fetchall())


def engine(name: str | None = None) -> Engine:
    """Return the engine of a name, or the one that ``BILATERAL_ENGINE`` names; raise DbtError where there is none."""
    name = name or os.environ.get(ENGINE) or "duckdb"
    if name not in NAMES:
        raise DbtError(f"{ENGINE} is {name!r}; it must be one of {', '.join(NAMES)}", remedy="correct or unset it")
    if name == "duckdb":
        return Engine()
    from orchestration.transform.engines.spark import Spark

    return Spark()
