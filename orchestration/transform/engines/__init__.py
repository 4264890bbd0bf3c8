"""The engines that run the dbt project: DuckDB, and Spark in a module of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from orchestration.core.errors import DbtError
from orchestration.core.settings import ENGINE, Settings

if TYPE_CHECKING:  # the process of dbt starts half a second sooner without these
    import pyarrow as pa

    from orchestration.transform.build import Build

NAMES = ("duckdb", "spark")
"""The engines; each is the name of a target in ``profiles.yml`` and of a dbt adapter."""

BATCH = 100_000
"""Rows of a batch that a Python model sees."""

LARGE = 256 * 1024**2
"""Bytes of raw files above which one table is built at a time: two large ones may not fit into DuckDB's memory together."""


class Engine:
    """DuckDB, in which dbt writes the database of the build itself; another engine overrides what it does in another way."""

    def require(self) -> None:
        """Raise DbtError where a package or a program is missing; start nothing."""

    def environment(self, settings: Settings, build: Build) -> Mapping[str, str]:
        """Return environment variables for the dbt that makes a build, beside those that every engine needs."""
        return {}

    def arguments(self, build: Build) -> Sequence[str]:
        """Return arguments for the dbt that makes a build."""
        is_large = sum(path.stat().st_size for path in build.raw.rglob("*.parquet")) > LARGE
        return ("--threads", "1") if is_large else ()

    def begin_with(self, build: Build, earlier: Build) -> None:
        """Copy the tables of an earlier build into a new one, of which dbt then builds a part again."""
        shutil.copyfile(earlier.database, build.database)

    def session(self) -> AbstractContextManager[None]:
        """Return the context that dbt runs within, in its own process."""
        return nullcontext()

    def take_over(self, build: Build) -> None:
        """Fill the database of a build with every table that dbt made, also when a test failed."""

    def mapped(
        self,
        function: Callable[..., Iterable[pa.RecordBatch]],
        schema: pa.Schema,
        *relations: Any,
        groups: Sequence[str],
        order: Sequence[str] = (),
    ) -> Any:
        """Return the result of a Python model: a function applied to relations of ``dbt.ref``.

        Args:
            function: takes a reader of each relation, and gives batches of ``schema``. It may see several groups at once,
                and never a part of one.
            groups: SQL expressions whose values rows must share to be seen together.
            order: columns by which the rows of a relation are sorted; rows of a group are then adjacent.
        """
        import pyarrow as pa

        # one result at a time can be open on a connection
        *whole, streamed = (relation.order(", ".join(order)) if order else relation for relation in relations)
        tables = (table.to_arrow_table().to_reader(BATCH) for table in whole)
        return pa.RecordBatchReader.from_batches(schema, function(*tables, streamed.to_arrow_reader(BATCH)))

    def rows(self, relation: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a small relation, such as a dimension, for a Python model."""
        return list(relation.fetchall())


def engine(name: str | None = None) -> Engine:
    """Return the engine of a name, or the one that ``BILATERAL_ENGINE`` names.

    Raises:
        DbtError: there is none.
    """
    name = name or os.environ.get(ENGINE) or "duckdb"
    if name not in NAMES:
        raise DbtError(f"{ENGINE} is {name!r}; it must be one of {', '.join(NAMES)}", remedy="correct or unset it")
    if name == "duckdb":
        return Engine()
    from orchestration.transform.engines.spark import Spark

    return Spark()
