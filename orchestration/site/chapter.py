"""Declaration of a chapter of a page about one economy or two: title, queries, charts and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE
from orchestration.core.sql_quoting import text

FIGURE_COLUMNS = ("series", "year", "value", "unit", "obs_status", "source", "vintage")
"""The columns that the query of a figure returns, one row per series and year."""

REPORT_COLUMNS = ("flow", "basis")
"""Two further columns, for figures that several reports give: what flows from whom to whom, and whose report it is. Series of
one flow share a colour, and the range between its reports is drawn as a band."""

PLACES = ("$area", "$counterpart")
"""What becomes the codes of the economies of a page in its queries."""


@dataclass(frozen=True)
class Figure:
    """A chart with its table.

    Args:
        title: a statement; ``{area}`` and ``{counterpart}`` become the names of the two economies.
        sql: returns ``FIGURE_COLUMNS``, and ``REPORT_COLUMNS`` where it has them;
            ``$area`` and ``$counterpart`` become the codes of the two economies.
        kind: lines over the years, or bars of one year.
        note: what a reader must know to interpret it correctly.
        directed: drawn twice, the second time with the two economies swapped.
        headline: the newest figure of the first series that has it is a tile at the top of the page, one for each flow.
        tile: the words of its tiles, which name the direction; ``{payer}`` and ``{recipient}`` become the two ends of the flow.
            Without them, the title.
        concept: what its title, chart and tiles are about, of ``CONCEPTS``.
    """

    title: str
    sql: str
    kind: Literal["lines", "bars"] = "lines"
    note: str = ""
    directed: bool = False
    headline: bool = False
    tile: str = ""
    concept: str = ""


@dataclass(frozen=True)
class Listing:
    """A table without a chart; the columns of its query are the column heads.

    A column of ``figure_cell`` is shown as a figure with its unit, year and status, and is in the CSV of the page.

    Args:
        partners: its first column has the codes of economies, which are shown by name with a link to the page of the pair.
        concept: what its figures are about, of ``CONCEPTS``; every listing with a ``figure_cell`` has one.
    """

    title: str
    sql: str
    note: str = ""
    directed: bool = False
    partners: bool = False
    concept: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter of every page of a kind, in its own module under the name ``CHAPTER``: in ``chapters`` for pairs, whose queries
    have ``$area`` and ``$counterpart``, in ``economy_chapters`` for economies, whose queries have ``$area``.

    Args:
        title: the heading.
        lead: what the chapter shows, in one or two sentences.
        parts: figures and listings in reading order.
        events: items of `dim_policy_event` whose events are marked on the time axes.
        bilateral: whether it is about the two economies together, or about each of them with the world; only the former is on
            the page of a pair that has nothing but balanced estimates.
    """

    title: str
    lead: str
    parts: tuple[Figure | Listing, ...]
    events: tuple[str, ...] = ()
    bilateral: bool = True

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables of the release that its queries read, but for names of areas, items and units. Metrics among them are described
        and, where they have no data yet, named with the sources that would supply it."""
        return tables_read(*(part.sql for part in self.parts))


def tables_read(*queries: str) -> tuple[str, ...]:
    """Return the tables that queries read, in their order, without the tables of names and their own common tables."""
    sql = re.sub(r"'(?:[^']|'')*'", "''", " ".join(queries))
    other = {"dim_area", "dim_service_item", "dim_unit", *re.findall(r"\b([a-z_]+) as \(", sql)}
    return tuple(dict.fromkeys(name for name in re.findall(r"\b(?:from|join)\s+([a-z_]+)", sql) if name not in other))


AUTHORITIES = {"US50": "the United States office", "6F0": "the European Patent Office", "9P50_1": "the PCT"}
"""Words for codes of the column ``authority``; other codes are shown as they are."""


def measure_and_source() -> str:
    """An SQL expression for the measure in words (see ``measure_label``) with the source in brackets."""
    return f"{measure_label()} || ' (' || source || ')'"


def measure_label(table: str = "") -> str:
    """An SQL expression for the measure in words with its authority and clock, such as ``whole count, by grant year``.

    Args:
        table: alias of the metric's table where the query has several.
    """
    measure, authority, clock = (f"{table}.{name}" if table else name for name in ("measure", "authority", "clock"))
    offices = " ".join(f"when {text(code)} then {text(f' at {name}')}" for code, name in AUTHORITIES.items())
    return (
        f"replace({measure}, '_', ' ')\n"
        f"    || case {authority} when '{NOT_APPLICABLE}' then '' {offices} else ' at ' || {authority} end\n"
        f"    || case {clock} when '{NO_CLOCK}' then '' else ', by ' || replace({clock}, '_', ' ') end"
    )


def figure_columns(table: str = "") -> str:
    """Return the columns of a figure after its series, one a line, for the select list of a query.

    Args:
        table: alias of the metric's table where the query has several.
    """
    return ",\n".join(f"    {table}.{column}" if table else f"    {column}" for column in FIGURE_COLUMNS[1:])


def series_query(table: str, where: str, series: str = "source", order: str = "series, year") -> str:
    """Return the query for the series of one table, one row per series and year."""
    return f"""
select {series} as series, {", ".join(FIGURE_COLUMNS[1:])}
from {table}
where {where}
order by {order}
"""


def figure_cell(table: str) -> str:
    """An SQL expression for a figure in one column of a listing: value, unit, year, status, source and vintage of a row of a table."""
    return f"struct_pack({', '.join(f'{name} := {table}.{name}' for name in FIGURE_COLUMNS[1:])})"


class Question(Protocol):
    """Anything with a query about one or two economies."""

    @property
    def sql(self) -> str:
        """Has ``$area``, and ``$counterpart`` where it is about two."""


def query_of(part: Question, *areas: str) -> str:
    """The query of a part for one or two economies, exactly as run and as shown."""
    sql = part.sql.strip()
    for place, area in zip(PLACES, areas, strict=False):
        sql = sql.replace(place, text(area))
    return sql
