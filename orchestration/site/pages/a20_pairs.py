"""Pages of pairs of economies, each with its figures as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.contracts.connection import Connection
from orchestration.core.files import write_text
from orchestration.core.text import cell
from orchestration.site import charts
from orchestration.site.answers import Answer, Row, Table, ask_figure, ask_listing
from orchestration.site.chapter import FIGURE_COLUMNS, Chapter, Figure, Listing, query_of
from orchestration.site.chapters import load_chapters
from orchestration.site.formatting import readable, span
from orchestration.site.lead import Lead, sentences_of
from orchestration.site.leads import load_leads
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.pairs import MOST_PAGES, Economy, Pair
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render

PAIRS = "pairs"
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
    spec: Mapping[str, Any]
    events: int
    sources: str
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
    """A chapter with its results for one pair."""

    name: str
    chapter: Chapter
    parts: list[Picture | Listed] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    without_data: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True where the release has no figure for this pair."""
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


@dataclass(frozen=True)
class PairPage:
    """A pair's page: its HTML and its figures as CSV."""

    html: str
    csv: str


def pair_page(
    connection: Connection,
    context: ReleaseContext,
    pair: Pair,
    chapters: Mapping[str, Chapter],
    root: str,
    leads: Iterable[Lead] = (),
) -> PairPage:
    """The page of a pair. ``root`` is the relative path from the page's folder to the release's folder.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    sections = [_section(connection, context, pair, name, chapter) for name, chapter in chapters.items()]
    html = render(
        "pair.html",
        context=context,
        pair=pair,
        sections=sections,
        tiles=list(_tiles(sections)),
        sentences=list(sentences_of(connection, context, pair, leads)),
        root=root,
    )
    return PairPage(html, _csv(sections))


def _section(connection: Connection, context: ReleaseContext, pair: Pair, name: str, chapter: Chapter) -> Section:
    section = Section(name, chapter)
    section.without_data = {
        table: context.without_data[table] for table in chapter.tables if table in context.without_data
    }
    if any(table not in context.tables for table in chapter.tables):
        return section
    events = context.events_of(pair.area.area, pair.counterpart.area)
    for number, part in enumerate(chapter.parts, start=1):
        directions = ((pair.area, pair.counterpart), (pair.counterpart, pair.area))
        for direction, (area, counterpart) in enumerate(directions[: 1 + part.directed], start=1):
            found = list(_part(connection, context, part, area, counterpart, f"{name}-{number}-{direction}", events))
            section.parts += found
            if not found:
                section.empty.append(_titled(part.title, area, counterpart))
    return section


def _part(
    connection: Connection,
    context: ReleaseContext,
    part: Figure | Listing,
    area: Economy,
    counterpart: Economy,
    identifier: str,
    events: list[charts.Event],
) -> Iterator[Picture | Listed]:
    sql = query_of(part, area.area, counterpart.area)
    title, note = (_titled(words, area, counterpart) for words in (part.title, part.note))
    if isinstance(part, Listing):
        table = ask_listing(connection, sql)
        if table.rows:
            yield Listed(identifier, title, note, sql, table)
        return
    for place, answer in enumerate(ask_figure(connection, part, sql, context.units), start=1):
        kind = charts.kind_of(answer, part.kind)
        marked = charts.marked_events(answer, events, part.events) if kind == "lines" else []
        yield Picture(
            id=f"{identifier}-{place}",
            title=title,
            subtitle=_subtitle(answer),
            note=note,
            sql=sql,
            answer=answer,
            kind=kind,
            spec=charts.chart(
                answer, kind, f"{title}, {answer.scale.label}; the figures are in the table below", marked
            ),
            events=len(marked),
            sources=_sources(context, answer),
            headline=part.headline,
        )


def _sources(context: ReleaseContext, answer: Answer) -> str:
    return "; ".join(f"{context.publishers(source)}, vintage {span(days)}" for source, days in answer.vintages.items())


def _subtitle(answer: Answer) -> str:
    """Unit and period, such as ``Billion US dollars, 1999 to 2018``."""
    first, last = answer.years[-1], answer.years[0]
    period = f"{first}" if first == last else f"{first} to {last}"
    return f"{answer.scale.label[:1].upper()}{answer.scale.label[1:]}, {period}"


def _titled(words: str, area: Economy, counterpart: Economy) -> str:
    named = words.replace("{area}", area.in_text).replace("{counterpart}", counterpart.in_text)
    return named[:1].upper() + named[1:]


def _tiles(sections: list[Section]) -> Iterator[Tile]:
    for section in sections:
        for picture in section.parts:
            if isinstance(picture, Picture) and picture.headline and picture.answer.newest:
                yield _tile(section, picture, picture.answer.newest)


def _tile(section: Section, picture: Picture, row: Row) -> Tile:
    value = readable(float(row.value or 0), picture.answer.unit)
    return Tile(
        value, section.chapter.title, picture.title, row.series, row.year, row.vintage.isoformat(), section.name
    )


def _csv(sections: list[Section]) -> str:
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


def _write(site: Site) -> str:
    chapters, leads = load_chapters(), load_leads().values()
    reported = [pair for pair in site.pairs if pair.is_reported][:MOST_PAGES]
    for pair in reported:
        page = pair_page(site.connection, site.context, pair, chapters, "../..", leads)
        write_text(site.folder / PAIRS / f"{pair.stem}.csv", page.csv)
        write_text(site.folder / PAIRS / f"{pair.stem}.html", page.html)
    return f"{len(reported)} pairs of economies"


PAGES = PageKind(_write)
