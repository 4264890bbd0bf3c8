"""Metrics that have no data yet, because none of their sources has delivered any."""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from orchestration.core.errors import GuardError
from orchestration.guards.as_of_scope import published_later
from orchestration.guards.suites import Metric
from orchestration.transform.build import Build

_SOURCE = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)?")


def without_data(build: Build, metrics: Mapping[str, Metric]) -> dict[str, tuple[str, ...]]:
    """The metrics whose table may be empty, and the sources that each of them awaits.

    A metric names in ``config.meta.awaits`` the sources (``source``, or ``source/resource``) of its figures where the bundle
    holds none of them. It has no data yet while its table is empty and none of these sources has a payload in the build that
    is more than an excerpt. An empty table beside a whole payload of such a source is a fault like any other: the metric's
    suite fails over it.

    In a build as of an earlier day a metric has no data yet while its table is empty and sources that lead to it published
    something later; it awaits these.

    Raises:
        GuardError: ``awaits`` is not a list of source ids.
    """
    waiting: dict[str, tuple[str, ...]] = {}
    for name, awaited in {name: awaited_by(metric) for name, metric in metrics.items()}.items():
        if (awaited or build.as_of()) and not _holds(build, f"from metrics.{name}"):
            if awaited and not _delivered(build, awaited):
                waiting[name] = awaited
            elif later := published_later(build, name):
                waiting[name] = later
    return waiting


def awaited_by(metric: Metric) -> tuple[str, ...]:
    """The ids of the sources that a metric awaits; none for a metric of which the bundle holds data.

    Raises:
        GuardError: ``config.meta.awaits`` is not a list of source ids.
    """
    awaited = metric.meta.get("awaits") or []
    if not isinstance(awaited, list) or not all(isinstance(one, str) and _SOURCE.fullmatch(one) for one in awaited):
        raise GuardError(
            f"{metric.name} awaits {awaited!r}, which is not a list of source ids or of source/resource",
            payload=metric.name,
            remedy=f"correct config.meta.awaits in {metric.name}.yml",
        )
    return tuple(awaited)


def _delivered(build: Build, sources: tuple[str, ...]) -> bool:
    named = ", ".join(f"'{source}'" for source in sources)
    delivered = f"source in ({named}) or source || '/' || resource in ({named})"
    return _holds(build, f"from marts.dim_payload where ({delivered}) and excerpt is null")


def _holds(build: Build, rows: str) -> bool:
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return bool(connection.execute(f"select 1 {rows} limit 1").fetchall())
