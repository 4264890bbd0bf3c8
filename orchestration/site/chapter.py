"""Chapters of pages about one economy or two: SQL files below ``queries`` with front matter for their words."""

import re
from functools import cached_property
from typing import Literal

from pydantic.dataclasses import dataclass

from orchestration.contracts.metric import ALL_ROWS
from orchestration.core.errors import ReleaseError
from orchestration.site.query_files import STRICT, blocks_of, declare

REPORT_COLUMNS = ("flow", "basis")
"""Two more columns, for figures with several reports: the flow from one economy to the other, and the side that reports
it. Series of one flow share a colour, and the range between its reports is drawn as a band."""

PLACES = ("$area", "$counterpart")
"""Placeholders in queries for the codes of the economies of a page."""


@dataclass(frozen=True, config=STRICT)
class Part:
    """A chart with its table, or a table alone, as docs/site.md describes under Adding to the pages.

    Args:
        title: a statement; ``{area}`` and ``{counterpart}`` become the names of the two economies.
        sql: a chart's returns ``FIGURE_COLUMNS``, and ``REPORT_COLUMNS`` where it has them; a table's, its column
            heads.
        trend, race, apart, largest: the subject of a title that states what a chart shows; see ``findings.py``.
        until: years from the newest report to the release are hatched, with what would bring a newer one.
        directed: shown twice, the second time with the two economies swapped.
        partners: the first column of a table has codes of economies, shown by name with a link to the page of the pair,
            or of a member.
        query, id: its places on the page of queries, and in the chapter, which addresses keep.
    """

    kind: Literal["lines", "bars", "range", "table", "reasons"]
    title: str
    sql: str
    note: str = ""
    concept: str = ""
    trend: str = ""
    race: str = ""
    apart: str = ""
    largest: str = ""
    until: bool = False
    directed: bool = False
    partners: bool = False
    query: str = ""
    id: str = ""

    @property
    def is_chart(self) -> bool:
        return self.kind not in ("table", "reasons")


@dataclass(frozen=True, config=STRICT)
class Chapter:
    """A chapter of every page about an economy, or about a pair.

    Args:
        events: items of `dim_policy_event` whose events are marked on the time axes.
        is_screen: shown open at the top of the page; other chapters open on demand.
        only: the code of the one economy whose page has the chapter; empty for all.
        is_of_reports: left out of pages of pairs that have balanced estimates alone.
    """

    title: str
    lead: str
    parts: tuple[Part, ...]
    events: tuple[str, ...] = ()
    is_screen: bool = False
    only: str = ""
    is_of_reports: bool = False

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Tables that the queries read, except the dimension tables. Metrics among them are described; those without
        data are named with the sources that would supply it."""
        return tables_read(*(part.sql for part in self.parts))


def chapters_of(folder: str) -> dict[str, Chapter]:
    """Return the chapters of ``pair_chapters`` or ``economy_chapters`` by name, in reading order.

    Raises:
        ReleaseError: a file declares something that a chapter or a part does not have.
    """
    chapters = {}
    for name, ((head, _), *blocks) in blocks_of(folder).items():
        file, place = f"{folder}/{name}", f"{folder.removesuffix('_chapters')}-{name}"
        parts = tuple(
            declare(Part, file, sql=sql, query=f"{place}-{fields.get('id')}", **fields) for fields, sql in blocks
        )
        if len({part.id for part in parts} - {""}) < len(parts):
            raise ReleaseError(f"{file}: each part needs an id of its own, its place in addresses", payload=file)
        chapters[name] = declare(Chapter, file, parts=parts, **head)
    return chapters


def tables_read(*queries: str) -> tuple[str, ...]:
    """Return the tables that queries read, in their order, without the tables of names and their own common tables.

    The complete table of a metric is named like the metric.
    """
    sql = re.sub(r"'(?:[^']|'')*'", "''", " ".join(queries))
    ignored = {"dim_area", "dim_service_item", "dim_unit", *re.findall(r"\b([a-z_]+) as \(", sql)}
    read = (name.removesuffix(ALL_ROWS) for name in re.findall(r"\b(?:from|join)\s+([a-z_]+)", sql))
    return tuple(dict.fromkeys(name for name in read if name not in ignored))
