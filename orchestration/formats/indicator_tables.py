"""Tables of NCSES as a person saves them: title and unit above the header, notes below the rows."""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, month_end, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.delimited import csv_lines, number_or_text
from orchestration.formats.dropped_files import by_mark, recognised_files

NCSES: Final[Mapping[str, Any]] = {
    "publisher": "National Center for Science and Engineering Statistics (NCSES), U.S. National Science Foundation",
    "licence": "work of the US federal government, not under copyright in the United States; citation requested",
    "timezone": "America/New_York",
    "limits": "no API; a person saves the table, whose sheet is saved again as CSV (UTF-8)",
    "by_hand": True,
}
"""What the cards of all sources of this publisher share."""

AREA = "Region, country, or economy"
_YEARS = "(?P<first>[0-9]{4})(?:(?: and |[-–])(?P<last>[0-9]{4}|[0-9]{2}))?"
_ACCESSED = re.compile(rf", accessed ({'|'.join(calendar.month_name[1:])}) (20[0-9]{{2}})")


@dataclass(frozen=True)
class IndicatorTable:
    """One saved table.

    ``part`` is the part of the whole that is counted, as its title names it. ``head`` is the line of the header;
    ``rows`` are the lines below it with their numbers, and ``labels`` those with a first cell alone; ``accessed`` is
    the month in which the publisher took the figures from their database, and ``vintage`` the day of publication, or
    else that month's last day. A table of a survey has no such month, and its vintage is the payload's date.
    """

    payload: Payload
    part: str | None
    first_year: int
    last_year: int
    head: int
    header: list[str]
    rows: list[tuple[int, list[str]]]
    labels: dict[int, str]
    accessed: str
    vintage: date

    @property
    def years(self) -> list[int]:
        """Every year from the first to the last one in the title."""
        return list(range(self.first_year, self.last_year + 1))


@dataclass(frozen=True)
class TableLayout:
    """How the saved tables of one resource look, and how they are read.

    Args:
        table, key: the raw table, and the columns that identify its rows.
        title: a regular expression of the title without its years; a group in it is the part that is counted.
        read: yields the records of a table.
        unit: stands above the header.
        notes: regular expressions of the clock and the rule of counting, as the notes state them.
        corner: first cells that the header line may have.
        is_survey: the table is of a survey, and its notes need no month of access.
    """

    table: str
    title: str
    read: Callable[[IndicatorTable], Iterator[Record]]
    key: Sequence[str] = ()
    unit: str = "(Number)"
    notes: Sequence[str] = ()
    corner: Sequence[str] = (AREA,)
    is_survey: bool = False


def dropped_tables(card: Card, resources: Sequence[Resource], resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the saved tables of ``resource``, of any edition, recognised by their titles."""
    return recognised_files(
        card,
        resource,
        feed,
        by_mark({item.key: item.ask["title"] for item in resources}),
        expected=f"the title {resource.ask['title']!r} above the table",
        remedy=f"open {card.homepage} , save {resource.ask['tables']}, save each sheet as CSV (UTF-8)",
    )


def unpivot(payload: Payload, layouts: Mapping[str, TableLayout], tables: Mapping[str, pa.Schema]) -> Parsed:
    """Return a saved table as rows of its raw table; ``layouts`` are by resource.

    Raises:
        PayloadError: as ``indicator_table`` and ``tabulate``.
    """
    layout = layouts[payload.origin.resource]
    table = indicator_table(payload, layout)
    return tabulate(payload, layout.table, tables[layout.table], table.vintage, layout.read(table), key=layout.key)


def cell_record(number: int, cells: list[str], column: int, kind: type[int] | type[float], **labels: Any) -> Record:
    """Return the record of the cell in line ``number`` and a column, counted from 0: its labels and its value."""
    return f"line {number} column {column + 1}", {**labels, "value": number_or_text(cells[column], kind)}


def indicator_table(payload: Payload, layout: TableLayout) -> IndicatorTable:
    """Read a saved table, which is a payload in CSV.

    Raises:
        PayloadError: title, unit, notes or the month of access are not there, or a row has another number of cells.
    """
    lines = list(csv_lines(payload).items())
    head = next((index for index, (_, cells) in enumerate(lines) if cells and cells[0] in layout.corner), None)
    if head is None:
        raise payload.error(f"no header line that begins with {' or '.join(map(repr, layout.corner))}")
    above = [",".join(cells).strip(", ") for _, cells in lines[:head]]
    title = next((match for line in above if (match := re.fullmatch(f"{layout.title}: {_YEARS}", line))), None)
    if title is None or layout.unit not in above:
        rule = f"it must be the title {layout.title} with years, and {layout.unit}"
        raise payload.error(f"above the table is {above}; {rule}", row="line 1")
    number, header = lines[head]
    below = [(line, cells) for line, cells in lines[head + 1 :] if cells]
    rows = [(line, cells) for line, cells in below if any(cells[1:])]
    for line, cells in rows:
        if len(cells) != len(header):
            raise payload.error(f"{len(cells)} cells in a row; it must have {len(header)}", row=f"line {line}")
    labels = {line: cells[0] for line, cells in below if not any(cells[1:])}
    accessed = _accessed(payload, " ".join(labels.values()), layout)
    months = list(calendar.month_name)
    dated = month_end(int(accessed[2]), months.index(accessed[1])) if accessed else payload.dated
    first, last = title["first"], title["last"] or title["first"]
    return IndicatorTable(
        payload,
        next((text for text in title.groups()[:-2] if text), None),
        int(first),
        int(first[: 4 - len(last)] + last),
        number,
        header,
        rows,
        labels,
        f"{accessed[1]} {accessed[2]}" if accessed else "",
        payload.origin.publisher_last_updated or dated,
    )


def _accessed(payload: Payload, notes: str, layout: TableLayout) -> re.Match[str] | None:
    """Return the month of access in the notes, which must state clock and rule of counting; a survey has none."""
    for rule in layout.notes:
        if not re.search(rule, notes):
            failure = f"no {rule!r} in the table's notes, which must state the clock and the rule of counting"
            raise payload.error(failure)
    accessed = _ACCESSED.search(notes)
    if accessed is None and not layout.is_survey:
        raise payload.error("the source note must state the month in which the database was accessed")
    return accessed
