"""Metrics that have no data yet, because none of their sources has delivered any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from orchestration.guards.as_of_scope import published_later
from orchestration.guards.suites import Metric
from orchestration.transform.build import Build

_DELIVERED = """
    select 1 from marts.dim_payload
    where (list_contains($sources, source) or list_contains($sources, source || '/' || resource)) and excerpt is null
"""


def without_data(build: Build, metrics: Mapping[str, Metric]) -> dict[str, tuple[str, ...]]:
    """Return the metrics whose table may be empty, and the sources that each of them awaits.

    A metric names in ``config.meta.awaits`` the sources (``source``, or ``source/resource``) of its figures where the bundle
    has none of them. It has no data yet while its table is empty and none of these sources has a payload in the build that
    is more than an excerpt. An empty table beside a whole payload of such a source is a fault like any other: the suite of
    the metric fails over it.

    In a build as of an earlier day a metric has no data yet while its table is empty and sources that lead to it published
    something later; it awaits these.
    """
    waiting: dict[str, tuple[str, ...]] = {}
    for name, metric in metrics.items():
        awaited = tuple(metric.meta.get("awaits") or ())
        if (awaited or build.as_of()) and not _has_rows(build, f'select 1 from metrics."{name}"'):
            if awaited and not _has_rows(build, _DELIVERED, {"sources": list(awaited)}):
                waiting[name] = awaited
            elif later := published_later(build, name):
                waiting[name] = later
    return waiting


def _has_rows(build: Build, query: str, parameters: Mapping[str, Any] | None = None) -> bool:
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return bool(connection.execute(f"{query} limit 1", parameters or {}).fetchall())
