"""Sections of a page about one economy or two: chapters with their charts, listings, tiles and rows of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from orchestration.contracts.connection import Connection
from orchestration.core.text import cell
from orchestration.site import charts
from orchestration.site.answers import Answer, Row, Table, ask_figure, ask_listing
from orchestration.site.chapter import FIGURE_COLUMNS, Chapter, Figure, Listing, query_of
from orchestration.site.formatting import readable, span
from orchestration.site.pairs import Economy
from orchestration.site.release_context import ReleaseContext

CSV_HEAD = ("chapter", "figure", *FIGURE_COLUMNS)


@dataclass(frozen=True)
class Picture:
    """A chart of the page with its title, note, query, table and sources."""

    id: str
    title: str
    subtitle: str
    note: str
    sql: str
    answer: Answer
    kind: str
    events: Sequence[charts.Event]
    sources: str
    origins: Mapping[str, str]
    headline: bool


@dataclass(frozen=True)
class Listed:
    """A listing of the page."""

    id: str
    title: str
    note: str
    sql: str
    table: Table


@dataclass
class Section:
    """A chapter with its results for one subject, and the policy events of its economies."""

    name: str
    chapter: Chapter
    parts: list[Picture | Listed] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    without_data: dict[str, list[str]] = field(default_factory=dict)
    events: Sequence[charts.Event] = ()

    @property
    def is_empty(self) -> bool:
        """True where the release has no figure for the subject."""
        return not self.parts


@dataclass(frozen=True)
class Tile:
    """A newest figure at the top of the page."""

    value: str
    chapter: str
    title: str
    series: str
    year: int
    vintage: str
    section: str


def sections_of(
    connection: Connection, context: ReleaseContext, economies: Sequence[Economy], chapters: Mapping[str, Chapter]
) -> list[Section]:
    """The chapters of a page about these economies, one or two.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    return [_section(connection, context, economies, name, chapter) for name, chapter in chapters.items()]


def _section(
    connection: Connection, context: ReleaseContext, economies: Sequence[Economy], name: str, chapter: Chapter
) -> Section:
    section = Section(name, chapter)
    section.without_data = {
        table: context.without_data[table] for table in chapter.tables if table in context.without_data
    }
    if any(table not in context.tables for table in chapter.tables):
        return section
    section.events = events = context.events_of(*(one.area for one in economies))
    for number, part in enumerate(chapter.parts, start=1):
        directions = (economies, economies[::-1])
        for direction, ordered in enumerate(directions[: 1 + part.directed], start=1):
            found = list(_part(connection, context, part, ordered, f"{name}-{number}-{direction}", events))
            section.parts += found
            if not found:
                section.empty.append(_titled(part.title, ordered))
    return section


def _part(
    connection: Connection,
    context: ReleaseContext,
    part: Figure | Listing,
    economies: Sequence[Economy],
    identifier: str,
    events: list[charts.Event],
) -> Iterator[Picture | Listed]:
    sql = query_of(part, *(one.area for one in economies))
    title, note = (_titled(words, economies) for words in (part.title, part.note))
    if isinstance(part, Listing):
        table = ask_listing(connection, sql)
        if table.rows:
            yield Listed(identifier, title, note, sql, table)
        return
    answers = ask_figure(connection, part, sql, context.units)
    for place, answer in enumerate(answers, start=1):
        kind = charts.kind_of(answer, part.kind)
        marked = charts.marked_events(answer, events, part.events) if kind == "lines" else []
        yield Picture(
            id=f"{identifier}-{place}",
            title=title if len(answers) == 1 else f"{title} ({place} of {len(answers)})",
            subtitle=_subtitle(answer),
            note=note,
            sql=sql,
            answer=answer,
            kind=kind,
            events=marked,
            sources=_sources(context, answer.vintages),
            origins={name: _sources(context, held) for name, held in answer.origins.items()},
            headline=part.headline,
        )


def _sources(context: ReleaseContext, vintages: Mapping[str, Iterable[date]]) -> str:
    return "; ".join(f"{context.publishers(source)}, vintage {span(days)}" for source, days in vintages.items())


def _subtitle(answer: Answer) -> str:
    """Unit and period, such as ``Billion US dollars, 1999 to 2018``."""
    first, last = answer.years[-1], answer.years[0]
    period = f"{first}" if first == last else f"{first} to {last}"
    return f"{answer.scale.label[:1].upper()}{answer.scale.label[1:]}, {period}"


def _titled(words: str, economies: Sequence[Economy]) -> str:
    named = words
    for place, economy in zip(("{area}", "{counterpart}"), economies, strict=False):
        named = named.replace(place, economy.in_text)
    return named[:1].upper() + named[1:]


def tiles_of(sections: Iterable[Section]) -> Iterator[Tile]:
    """The newest figures of the headline charts."""
    for section in sections:
        for picture in section.parts:
            if isinstance(picture, Picture) and picture.headline and picture.answer.newest:
                yield _tile(section, picture, picture.answer.newest)


def _tile(section: Section, picture: Picture, row: Row) -> Tile:
    value = readable(float(row.value or 0), picture.answer.unit)
    return Tile(
        value, section.chapter.title, picture.title, row.series, row.year, row.vintage.isoformat(), section.name
    )


def csv_of(sections: Iterable[Section]) -> str:
    """All figures of the page as exact values; no text of it is a formula to a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    for section in sections:
        for picture in section.parts:
            if isinstance(picture, Picture):
                for row in picture.answer.rows:
                    writer.writerow(_csv_row(section, picture, row))
    return stream.getvalue()


def _csv_row(section: Section, picture: Picture, row: Row) -> list[str]:
    value = "" if row.value is None else repr(row.value)
    words = (section.chapter.title, picture.title, row.series)
    return [
        *map(cell, words),
        str(row.year),
        value,
        row.unit,
        row.obs_status,
        cell(row.source),
        row.vintage.isoformat(),
    ]
