"""What may be empty in a build: metrics without data yet, and tables that only later vintages fill."""

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import GuardError
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.transform.build import Build
from orchestration.transform.nodes import Node
from orchestration.transform.project import Metric

_DELIVERED = """
    select 1 from marts.dim_payload
    where (list_contains($sources, source) or list_contains($sources, source || '/' || resource)) and excerpt is null
"""


def without_data(build: Build, metrics: Mapping[str, Metric]) -> dict[str, tuple[str, ...]]:
    """Return the metrics whose table may be empty, and the sources that each of them awaits.

    A metric has no data yet while its table is empty and none of the sources that it names in ``config.meta.awaits``
    has a payload in the build that is more than an excerpt; or, in a build as of an earlier day, while sources that
    lead to it published something later. Any other empty table is a fault: the suite of the metric fails over it.
    """
    waiting: dict[str, tuple[str, ...]] = {}
    with bounded_database(build.database) as connection:
        for name, metric in metrics.items():
            awaited = tuple(metric.meta.get("awaits") or ())
            if not (awaited or build.as_of()) or _has_rows(connection, f"from metrics.{quoted(name)}"):
                continue
            if awaited and not _has_rows(connection, _DELIVERED, {"sources": list(awaited)}):
                waiting[name] = awaited
            elif later := _published_later(build, build.project.models[name]):
                waiting[name] = later
    return waiting


def held_back(settings: Settings, build: Build, metric: str) -> tuple[str, ...]:
    """Return the held vintages of a metric's sources, each with its source and resources."""
    sources, verdicts = build.project.sources_of(build.project.models[metric]), build.admission(settings)
    return tuple(
        f"{source} {vintage['vintage']}: {', '.join(sorted(dict(vintage['files'])))}"
        for source in sorted({source for source, _ in sources} & verdicts.keys())
        for vintage in verdicts[source]["held"]
        if vintage["open"]
    )


def empty_tables(build: Build) -> Iterator[dict[str, str]]:
    """Yield the dbt tests for rows that do not apply to a build as of an earlier day, each with its table and the
    reason.

    Raises:
        GuardError: a table is empty although nothing that would fill it was published later.
    """
    if build.as_of() is None:
        return
    project = build.project
    tests = [test for test in project.of_kind("test") if test.test.get("name") == "has_rows"]
    with bounded_database(build.database) as connection:
        for table in (project.nodes[key] for key in sorted(test.attached for test in tests)):
            name = table.name
            if _has_rows(connection, f"from {quoted(table.schema)}.{quoted(name)}"):
                continue
            later = _published_later(build, table)
            if not later and any(source != "catalogue" for source, _ in project.sources_of(table)):
                failure = f"{name} is empty, although none of its figures was published after the day of the build"
                remedy = "correct the model, or its sources; the last release stays in place"
                raise GuardError(failure, payload=name, remedy=remedy)
            reason = f"published later, by {', '.join(later)}" if later else "no entry was known on that day"
            yield {"guard": "has_rows", "of": name, "reason": reason}


def _published_later(build: Build, table: Node) -> tuple[str, ...]:
    """Return the sources whose later vintages a build leaves out; ``catalogue`` stands for later claims."""
    later = build.later()
    tables = build.project.sources_of(table)
    return tuple(sorted({source for source, table in tables if f"{source}.{table}" in later}))


def _has_rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None) -> bool:
    return bool(connection.execute(f"{query} limit 1", parameters or {}).fetchall())
