"""DuckDB: dbt writes the database of the build itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # see the package
    import pyarrow as pa

    from orchestration.core.settings import Settings
    from orchestration.transform.build import Build

BATCH = 100_000
"""Rows of a batch that a Python model sees."""

LARGE = 256 * 1024**2
"""Bytes of raw files above which one table is built at a time: two large ones may not fit into DuckDB's memory together."""


def require() -> None:
    """DuckDB comes with the project."""


def environment(settings: Settings, build: Build) -> Mapping[str, str]:
    """DuckDB needs no more than every engine."""
    return {}


def arguments(build: Build) -> Sequence[str]:
    """One table at a time where there is much to read."""
    is_large = sum(path.stat().st_size for path in build.raw.rglob("*.parquet")) > LARGE
    return ("--threads", "1") if is_large else ()


def begin_with(build: Build, earlier: Build) -> None:
    """A copy of the earlier database."""
    shutil.copyfile(earlier.database, build.database)


def session() -> AbstractContextManager[None]:
    """dbt opens the database by itself."""
    return nullcontext()


def take_over(build: Build) -> None:
    """The tables are in the database already."""


def mapped(
    function: Callable[..., Iterable[pa.RecordBatch]],
    schema: pa.Schema,
    *relations: Any,
    groups: Sequence[str],
    order: Sequence[str] = (),
) -> pa.RecordBatchReader:
    """All groups in one call, as a stream in their order."""
    ordered = [relation.order(", ".join(order)) if order else relation for relation in relations]
    import pyarrow as pa

    # one result at a time can be open on a connection
    *whole, streamed = ordered
    batches = function(*(table.to_arrow_table().to_reader(BATCH) for table in whole), streamed.to_arrow_reader(BATCH))
    return pa.RecordBatchReader.from_batches(schema, batches)


def rows(relation: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a small relation."""
    fetched: list[tuple[Any, ...]] = relation.fetchall()
    return fetched
