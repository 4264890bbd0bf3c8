"""The page of a pair of economies and its figures as delimited text. Which pairs have one is decided elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.core.text import cell
from orchestration.site import charts
from orchestration.site.answers import Answer, Row, Table, ask_figure, ask_listing
from orchestration.site.chapter import Chapter, Figure, Listing, query_of
from orchestration.site.formatting import readable, span
from orchestration.site.pairs import Economy, Pair
from orchestration.site.release_context import House
from orchestration.site.rendering import render

CSV_HEAD = ("chapter", "figure", "series", "year", "value", "unit", "obs_status", "source", "vintage")


@dataclass(frozen=True)
class Picture:
    """A figure of the page with everything that stands around it."""

    id: str
    title: str
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
    """A chapter as it came out for one pair."""

    name: str
    chapter: Chapter
    parts: list[Picture | Listed] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    waiting: dict[str, list[str]] = field(default_factory=dict)

    @property
    def silent(self) -> bool:
        """True where nothing is held for this pair."""
        return not self.parts


@dataclass(frozen=True)
class Tile:
    """A newest figure at the head of the page."""

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
    connection: duckdb.DuckDBPyConnection, house: House, pair: Pair, chapters: Mapping[str, Chapter], root: str
) -> PairPage:
    """The page of a pair. ``root`` is the way from the page's folder to the release's folder.

    Raises:
        ReleaseError: a chapter's query does not answer as a figure's must.
    """
    sections = [_section(connection, house, pair, name, chapter) for name, chapter in chapters.items()]
    html = render(
        "pair.html",
        house=house,
        pair=pair,
        sections=sections,
        tiles=list(_tiles(sections)),
        root=root,
        chart_script=charts_path(root),
    )
    return PairPage(html, _csv(sections))


def charts_path(root: str) -> str:
    """The shared script, from a page's folder."""
    return f"{root}/site/charts.js"


def _section(connection: duckdb.DuckDBPyConnection, house: House, pair: Pair, name: str, chapter: Chapter) -> Section:
    section = Section(name, chapter)
    section.waiting = {table: house.waiting[table] for table in chapter.tables if table in house.waiting}
    if any(table not in house.tables for table in chapter.tables):
        return section
    events = house.events_of(pair.area.area, pair.counterpart.area)
    for number, part in enumerate(chapter.parts, start=1):
        turns = ((pair.area, pair.counterpart), (pair.counterpart, pair.area))
        for turn, (area, counterpart) in enumerate(turns[: 1 + part.directed], start=1):
            made = list(_part(connection, house, part, area, counterpart, f"{name}-{number}-{turn}", events))
            section.parts += made
            if not made:
                section.empty.append(_titled(part.title, area, counterpart))
    return section


def _part(
    connection: duckdb.DuckDBPyConnection,
    house: House,
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
    for place, answer in enumerate(ask_figure(connection, part, sql), start=1):
        kind = charts.kind_of(answer, part.kind)
        marked = charts.marked_events(answer, events, part.events) if kind == "lines" else []
        yield Picture(
            id=f"{identifier}-{place}",
            title=title,
            note=note,
            sql=sql,
            answer=answer,
            kind=kind,
            spec=charts.chart(answer, kind, f"{title}, {answer.scale.label}; the table below has the figures", marked),
            events=len(marked),
            sources=_sources(house, answer),
            headline=part.headline,
        )


def _sources(house: House, answer: Answer) -> str:
    return "; ".join(f"{house.publishers(source)}, vintage {span(days)}" for source, days in answer.vintages.items())


def _titled(words: str, area: Economy, counterpart: Economy) -> str:
    return words.replace("{area}", area.name).replace("{counterpart}", counterpart.name)


def _tiles(sections: list[Section]) -> Iterator[Tile]:
    for section in sections:
        for picture in section.parts:
            if isinstance(picture, Picture) and picture.headline and picture.answer.newest:
                yield _tile(section, picture, picture.answer.newest)


def _tile(section: Section, picture: Picture, row: Row) -> Tile:
    value = readable(float(row.value or 0), row.unit)
    return Tile(
        value, section.chapter.title, picture.title, row.series, row.year, row.vintage.isoformat(), section.name
    )


def _csv(sections: list[Section]) -> str:
    """All figures of the page as exact values, in text that no spreadsheet takes for formulas."""
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
