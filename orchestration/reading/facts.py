"""The facts about a release that its readers need: identity, metrics, sources, policy events. Read once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from duckdb import DuckDBPyConnection

from orchestration.contracts.metric import ALL_ROWS
from orchestration.contracts.unit import Unit, units_of_release
from orchestration.core.files import read_json
from orchestration.core.text import join_publishers, one_line
from orchestration.ingestion.held_vintages import HeldVintage, held_from
from orchestration.methods.codes import WORLD
from orchestration.reading.lineage import NAME as LINEAGE
from orchestration.reading.vintage_dates import words_of_vintages

OLD_AFTER = 3
"""Years before the release after which a newest figure needs a reason."""

DIFF, RECEIPT = "diff.json", "receipt.json"

_SOURCES = """
select source, publisher, homepage, licence, citation,
    (
        select string_agg(distinct excerpt, '; ' order by excerpt)
        from dim_payload where dim_payload.source = dim_source.source
    )
from dim_source order by source
"""
_NAMES = "select area, name from dim_area union all select item, name from dim_service_item"
_EVENTS = "select date, title, areas, items from dim_policy_event order by date, event_id"


@dataclass(frozen=True)
class Event:
    """A policy event with its number in the list of the page."""

    date: date
    title: str
    items: tuple[str, ...]
    number: int = 0

    @property
    def drawn(self) -> dict[str, Any]:
        """The event as the script of the charts reads it."""
        return {"number": self.number, "year": self.date.year, "title": one_line(self.title)}


@dataclass(frozen=True)
class SourceFacts:
    """A row of `dim_source`, and the parts of the publisher's tables that the release has, where it is not the
    whole."""

    source: str
    publisher: str
    homepage: str
    licence: str
    citation: str
    selections: str | None = None


@dataclass(frozen=True)
class ReleaseFacts:
    """The facts about a release.

    Args:
        metrics: reader-facing descriptions by name of the metric.
        without_data: metrics that have no data yet, each with the sources that would supply it.
        tables: names of the tables of the release; the complete table of a metric counts by the metric's name.
        diff: the comparison with the release before; None for the first release.
        held: by source, the vintages that are held back and await a decision.
        expectations: by metric with data, how many expectations of its suite were evaluated; all passed, or the release
            would not exist.
        dates: words on the vintage of a source where its date is not stated, or years of it were revised since.
    """

    release: str
    published_at: str
    metrics: Mapping[str, Mapping[str, Any]]
    without_data: Mapping[str, list[str]]
    tables: frozenset[str]
    sources: Mapping[str, SourceFacts]
    units: Mapping[str, Unit]
    names: Mapping[str, str]
    events: tuple[tuple[frozenset[str], Event], ...]
    diff: Mapping[str, Any] | None
    held: Mapping[str, list[HeldVintage]]
    expectations: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[tuple[str, date], str] = field(default_factory=dict)

    @property
    def described(self) -> list[str]:
        """The metrics that have data, each with a page of its own."""
        return [metric for metric in self.metrics if metric in self.tables]

    def events_of(self, *economies: str) -> list[Event]:
        """Return the events of these economies and of the whole world, by date; none that is about another economy too,
        if two are named."""
        touched = [
            event
            for areas, event in self.events
            if WORLD in areas or (areas.issubset(economies) if len(economies) > 1 else areas.intersection(economies))
        ]
        return [replace(event, number=number) for number, event in enumerate(touched, start=1)]

    def is_old(self, year: int) -> bool:
        """Return whether a newest year needs a reason: it is more than ``OLD_AFTER`` years before the release."""
        return int(self.published_at[:4]) - year > OLD_AFTER

    def newer_reports(self, source: str, *economies: str) -> str:
        """Return the feed that would bring newer reports on payments between two economies."""
        if "USA" in economies:
            return "the live feed of the US Bureau of Economic Analysis"
        return f"a newer edition of the source ({self.publishers(source)})"

    def publishers(self, source: str) -> str:
        """Return the publishers of a source, or of several sources joined by plus signs."""
        codes = source.split("+")
        return join_publishers(self.sources[code].publisher if code in self.sources else code for code in codes)

    def publishers_of(self, resources: Iterable[str]) -> str:
        """Return the publishers of resources such as ``oecd/co_inventions``, each once, joined by "or"."""
        return " or ".join(dict.fromkeys(self.publishers(resource.partition("/")[0]) for resource in resources))

    def date_words(self, source: str, day: date) -> str:
        """Return the words on a vintage of a source, or of several sources joined by plus signs; empty where there is
        nothing to say."""
        return "; ".join(filter(None, (self.dates.get((code, day)) for code in source.split("+"))))

    def vintage(self, source: str, *days: date) -> str:
        """Return a vintage of a source, or the first and last of several, such as ``2021-01-31 (date inferred)``."""
        ends = sorted({min(days), max(days)})
        words = (self.date_words(source, day) for day in ends)
        return " to ".join(f"{day} ({word})" if word else f"{day}" for day, word in zip(ends, words, strict=True))

    def homepage(self, source: str) -> str:
        """Return the https address of a source's publisher; empty without one."""
        address = self.sources[source].homepage if source in self.sources else ""
        return address if address.startswith("https://") else ""

    @classmethod
    def read(cls, folder: Path, release: str, published_at: str, connection: DuckDBPyConnection) -> Self:
        """Read the facts of a release folder, finished or not; ``connection`` is on its database."""
        receipt = read_json(folder / RECEIPT)
        suites = receipt["suites"]
        diff = folder / DIFF
        return cls(
            release=release,
            published_at=published_at,
            metrics=read_json(folder / LINEAGE)["metrics"],
            without_data={name: list(suite["no_data"]) for name, suite in suites.items() if suite.get("no_data")},
            expectations={name: int(suite["evaluated"]) for name, suite in suites.items() if suite["passed"]},
            tables=frozenset(
                name.removesuffix(ALL_ROWS)
                for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
            ),
            sources={source: SourceFacts(source, *row) for source, *row in connection.execute(_SOURCES).fetchall()},
            units=units_of_release(connection),
            names=dict(connection.execute(_NAMES).fetchall()),
            events=tuple(
                (frozenset(areas.split(";")), Event(day, title, tuple(items.split(";"))))
                for day, title, areas, items in connection.execute(_EVENTS).fetchall()
            ),
            dates=words_of_vintages(connection),
            diff=read_json(diff) if diff.exists() else None,
            held={
                name: [vintage for vintage in map(held_from, admission["held"]) if vintage.is_open]
                for name, admission in receipt.get("admission", {}).items()
            },
        )
