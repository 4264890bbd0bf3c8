"""Tables of NCSES as a person saves them: title and unit above the header, notes below the rows."""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import month_end
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.delimited import csv_lines
from orchestration.formats.dropped_files import by_mark, recognised

AREA = "Region, country, or economy"
_YEARS = "(?P<first>[0-9]{4})(?:(?: and |[-–])(?P<last>[0-9]{4}|[0-9]{2}))?"
_ACCESSED = re.compile(rf", accessed ({'|'.join(calendar.month_name[1:])}) (20[0-9]{{2}})")


@dataclass(frozen=True)
class IndicatorTable:
    """One saved table.

    ``head`` is the line of the header; ``rows`` are the lines below it with their numbers, and ``labels`` those with a first cell
    alone; ``accessed`` is the month in which the publisher took the figures from their database, and ``vintage`` the day of
    publication, or else that month's last day. A table of a survey has no such month, and its vintage is the payload's date.
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


def dropped_tables(card: Card, resources: Sequence[Resource], resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the saved tables of ``resource``, of any edition, recognised by their titles."""
    return recognised(
        card,
        resource,
        feed,
        by_mark({item.key: item.ask["title"] for item in resources}),
        expected=f"the title {resource.ask['title']!r} above the table",
        remedy=f"open {card.homepage} , save {resource.ask['tables']}, save each sheet as CSV (UTF-8)",
    )


def indicator_table(
    payload: Payload, title: str, unit: str, words: Sequence[str], *, corner: str = AREA, is_survey: bool = False
) -> IndicatorTable:
    """Read a saved table.

    Args:
        payload: the table as CSV.
        title: a regular expression of the title without its years; a group in it is the part of the whole that is counted.
        unit: stands above the header.
        words: regular expressions of the clock and the rule of counting, as the notes state them.
        corner: the first cell of the header line.
        is_survey: the table is of a survey, and its notes need no month of access.

    Raises:
        PayloadError: title, unit, notes or the month of access are not there, or a row has another number of cells.
    """
    lines = list(csv_lines(payload).items())
    head = next((index for index, (_, cells) in enumerate(lines) if cells[:1] == [corner]), None)
    if head is None:
        raise payload.error(f"no header line that begins with {corner!r}")
    match = _title(payload, [",".join(cells).strip(", ") for _, cells in lines[:head]], title, unit)
    number, header = lines[head]
    below = [(line, cells) for line, cells in lines[head + 1 :] if cells]
    rows = [(line, cells) for line, cells in below if any(cells[1:])]
    for line, cells in rows:
        if len(cells) != len(header):
            raise payload.error(f"{len(cells)} cells in a row; it must have {len(header)}", row=f"line {line}")
    labels = {line: cells[0] for line, cells in below if not any(cells[1:])}
    accessed = _accessed(payload, " ".join(labels.values()), words, is_survey)
    month_of_access = (
        month_end(int(accessed[2]), list(calendar.month_name).index(accessed[1])) if accessed else payload.dated
    )
    first, last = match["first"], match["last"] or match["first"]
    return IndicatorTable(
        payload,
        next((text for text in match.groups()[:-2] if text), None),
        int(first),
        int(first[: 4 - len(last)] + last),
        number,
        header,
        rows,
        labels,
        f"{accessed[1]} {accessed[2]}" if accessed else "",
        payload.origin.publisher_last_updated or month_of_access,
    )


def _title(payload: Payload, above: list[str], title: str, unit: str) -> re.Match[str]:
    match = next((match for line in above if (match := re.fullmatch(f"{title}: {_YEARS}", line))), None)
    if match is None or unit not in above:
        raise payload.error(
            f"above the table is {above}; it must be the title {title} with years, and {unit}", row="line 1"
        )
    return match


def _accessed(payload: Payload, notes: str, words: Sequence[str], is_survey: bool) -> re.Match[str] | None:
    """Return the month of access in the notes, which must state clock and rule of counting; none of a survey."""
    for rule in words:
        if not re.search(rule, notes):
            raise payload.error(
                f"no {rule!r} in the table's notes, which must state the clock and the rule of counting"
            )
    accessed = _ACCESSED.search(notes)
    if accessed is None and not is_survey:
        raise payload.error("the source note must state the month in which the database was accessed")
    return accessed
