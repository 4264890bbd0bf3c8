"""What a chapter of a pair's page declares: title, queries, charts and notes. Nothing is asked or drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from orchestration.core.sql_quoting import text

COLUMNS = ("series", "year", "value", "unit", "obs_status", "source", "vintage")
"""The columns that the query of a figure answers with, one row for each series and year."""


@dataclass(frozen=True)
class Figure:
    """A chart with its table.

    Args:
        title: with ``{area}`` and ``{counterpart}`` for the names of the two economies.
        sql: answers with ``COLUMNS``; ``$area`` and ``$counterpart`` stand for the codes of the two economies.
        kind: lines over the years, or bars of one year.
        note: what a reader must know to read it right.
        directed: drawn twice, the second time with the two economies exchanged.
        headline: its newest figure stands at the head of the page, of the first series that has it.
        events: items of `dim_policy_event` whose events are marked on the time axis.
    """

    title: str
    sql: str
    kind: Literal["lines", "bars"] = "lines"
    note: str = ""
    directed: bool = False
    headline: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A table without a chart; its query answers with any columns, whose names are its heads."""

    title: str
    sql: str
    note: str = ""
    directed: bool = False


@dataclass(frozen=True)
class Chapter:
    """A chapter of every pair's page, in its own module of ``chapters`` under the name ``CHAPTER``.

    Args:
        title: the heading.
        lead: the question that it answers, in one or two sentences.
        tables: the tables of the release that its queries read; metrics among them are described and, where no source
            feeds them, named with the sources that would.
        parts: figures and listings in the order of reading.
        bilateral: whether its figures are about the two economies together, or about each of them with the world.
    """

    title: str
    lead: str
    tables: tuple[str, ...]
    parts: tuple[Figure | Listing, ...]
    bilateral: bool = True


def query_of(part: Figure | Listing, area: str, counterpart: str) -> str:
    """The query of a part for two economies, as it is asked and as it is shown."""
    sql = part.sql.strip().replace("$area", text(area))
    return sql.replace("$counterpart", text(counterpart))
