"""What a page tells of the release it belongs to: identity, metrics, sources, policy events. Read once for all pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.core.files import read_json
from orchestration.releases import lineage
from orchestration.site.charts import Event

DIFF, RECEIPT = "diff.json", "receipt.json"


@dataclass(frozen=True)
class Source:
    """A publisher as `dim_source` knows it."""

    source: str
    publisher: str
    homepage: str
    licence: str
    citation: str


@dataclass(frozen=True)
class House:
    """A release as its pages see it.

    Args:
        metrics: by name, what the descriptions of metrics say to readers.
        waiting: metrics that no source feeds, each with the sources that would.
        tables: the tables that the release holds.
        diff: the comparison with the release before; None for the first release.
    """

    release: str
    published_at: str
    metrics: Mapping[str, Mapping[str, Any]]
    waiting: Mapping[str, list[str]]
    tables: frozenset[str]
    sources: Mapping[str, Source]
    events: tuple[tuple[frozenset[str], Event], ...]
    diff: Mapping[str, Any] | None

    def events_of(self, area: str, counterpart: str) -> list[Event]:
        """The events that touch one of two economies or the whole world, numbered in the order of their days."""
        touched = [event for areas, event in self.events if areas & {area, counterpart, "W00"}]
        return [Event(number, one.date, one.title, one.items) for number, one in enumerate(touched, start=1)]

    def publishers(self, source: str) -> str:
        """The publishers of a source, or of several joined by plus signs."""
        return "; ".join(self.sources[one].publisher if one in self.sources else one for one in source.split("+"))


def read_house(folder: Path, release: str, published_at: str, connection: duckdb.DuckDBPyConnection) -> House:
    """The house of a release folder, finished or about to be; ``connection`` is on its database."""
    suites = read_json(folder / RECEIPT)["suites"]
    diff = folder / DIFF
    return House(
        release=release,
        published_at=published_at,
        metrics=read_json(folder / lineage.NAME)["metrics"],
        waiting={name: list(one["not_fed"]) for name, one in suites.items() if one.get("not_fed")},
        tables=frozenset(
            str(row[0]) for row in connection.execute("select table_name from duckdb_tables()").fetchall()
        ),
        sources={row[0]: Source(*row) for row in connection.execute(_SOURCES).fetchall()},
        events=tuple(
            (frozenset(areas.split(";")), Event(0, day, title, tuple(items.split(";"))))
            for day, title, areas, items in connection.execute(_EVENTS).fetchall()
        ),
        diff=read_json(diff) if diff.exists() else None,
    )


_SOURCES = "select source, publisher, homepage, licence, citation from dim_source order by source"
_EVENTS = "select date, title, areas, items from dim_policy_event order by date, event_id"
