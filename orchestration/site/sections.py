"""Bodies of pages about one economy or two: chapters with their charts and listings."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection

from orchestration.contracts.unit import Unit
from orchestration.reading.facts import Event
from orchestration.site.answers import Cell, ChartFigures, Row, answers_of, cell_of
from orchestration.site.batch import Found, ask_each
from orchestration.site.chapter import Chapter, Part, tables_read
from orchestration.site.findings import finding
from orchestration.site.formatting import brief, period, readable
from orchestration.site.pairs import Economy, stem_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.sql_parts import CELL_COLUMNS

ADDRESS = "source_url"
"""Column of a listing with the address that its last other column links to."""

SHARED = ("basis", "counted", "source")
"""Columns of a listing that are left out where all rows have the same words, which are stated above the table."""

FIRST_ROWS = 20
"""Rows of a table that a page shows before a reader wants all."""

PLACES_IN_WORDS = ("{area}", "{counterpart}")
"""Placeholders in titles and notes for the names of the economies of a page."""


class Publisher(NamedTuple):
    """A publisher of figures of a chart, its address or nothing, and the vintages."""

    name: str
    href: str
    vintages: str


@dataclass(frozen=True)
class Picture:
    """A chart of the page with its title, note, table and sources, and the address of its query."""

    id: str
    title: str
    subtitle: str
    note: str
    query: str
    answer: ChartFigures
    kind: str
    events: Sequence[Event]
    publishers: Sequence[Publisher]
    origins: Mapping[str, str]
    names: Mapping[str, str]
    gap: str = ""
    since: int = 0
    until: int = 0


@dataclass(frozen=True)
class Link:
    """A cell that names a thing and leads to its page, if any. ``place`` is the row's own; ``more`` is small print."""

    words: str
    href: str
    is_outside: bool = False
    place: str = ""
    more: str = ""


class HeldFigure(NamedTuple):
    """A cell of a listing with one figure of the release."""

    cell: Cell
    row: Row


class Table(NamedTuple):
    """The result of a listing: column heads, and rows of values, links and figures."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Listed:
    """A listing of the page; a script adds ``more`` rows."""

    id: str
    title: str
    note: str
    query: str
    table: Table
    is_reasons: bool = False
    first: int = 0
    more: int = 0


@dataclass
class Section:
    """A chapter with its results for one page; ``tables`` are those of its queries that the release has."""

    name: str
    chapter: Chapter
    tables: Sequence[str] = ()
    parts: list[Picture | Listed] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    without_data: dict[str, list[str]] = field(default_factory=dict)

    @property
    def years(self) -> str:
        """The first and last year of its figures; empty without one."""
        return period(min(self.years_with_value), max(self.years_with_value)) if self.years_with_value else ""

    @cached_property
    def years_with_value(self) -> list[int]:
        """The years of its figures with a value."""
        return [row.year for part in self.parts for row in _rows(part) if row.value is not None]


@dataclass(frozen=True)
class Body:
    """The chapters of one page."""

    chapters: Sequence[Section]

    @cached_property
    def sections(self) -> list[Section]:
        """The chapters with at least one figure or listing that open on demand."""
        return [section for section in self.chapters if section.parts and not section.chapter.is_screen]

    @cached_property
    def screens(self) -> list[Section]:
        """The chapters at the top of the page; those without a chart are left out."""
        screens = [section for section in self.chapters if section.chapter.is_screen]
        return [section for section in screens if any(isinstance(part, Picture) for part in section.parts)]

    @cached_property
    def reports(self) -> Mapping[str, Row]:
        """The newest report of the screen of payments by the code of the payer."""
        pay = [part for section in self.screens if section.name == "pay" for part in section.parts]
        rows = [row for part in pay if isinstance(part, Picture) for row in part.answer.rows]
        reports = [row for row in rows if row.value is not None and row.basis != "balanced"]
        return {row.flow: row for row in sorted(reports, key=lambda row: row.year)}

    @cached_property
    def without(self) -> list[str]:
        """Titles of what the release has no figure for, of a whole chapter or of its figures."""
        lacking = [section for section in self.chapters if not section.without_data and not section.chapter.is_screen]
        return [title for section in lacking for title in (section.empty if section.parts else [section.chapter.title])]

    @cached_property
    def without_data(self) -> dict[str, list[str]]:
        """Metrics that no source of the release supplies, with the sources that would."""
        return {table: sources for section in self.chapters for table, sources in section.without_data.items()}

    @cached_property
    def newest_year(self) -> int | None:
        """The newest year with a figure on the page."""
        return max(
            (year for section in (*self.screens, *self.sections) for year in section.years_with_value), default=None
        )

    @cached_property
    def events(self) -> list[Event]:
        """The policy events that charts of the page mark, in order of their numbers."""
        parts = [part for section in (*self.screens, *self.sections) for part in section.parts]
        pictures = [part for part in parts if isinstance(part, Picture)]
        marked = {event.number: event for picture in pictures for event in picture.events}
        return [marked[number] for number in sorted(marked)]


def bodies_of(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    subjects: Sequence[Sequence[Economy]],
    chapters: Mapping[str, Chapter],
    pairs: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Body]:
    """Return the bodies of pages, each about one economy or all about two, from one query per figure for all of them.

    Args:
        pairs: addresses by the stems of pairs.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    writer = _SectionWriter(context, pairs)
    answered = [
        (name, chapter, _answers_to(connection, context, subjects, chapter)) for name, chapter in chapters.items()
    ]
    for economies in subjects:
        sections = [writer.section(name, chapter, economies, answers) for name, chapter, answers in answered]
        codes = ("", *(economy.area for economy in economies))
        yield Body([section for section in sections if section.chapter.only in codes])


_Directions = Sequence[Iterator[Found]]
"""The answers to a part's query about every subject, and those with the economies swapped where it is directed."""


def _answers_to(
    connection: DuckDBPyConnection, context: ReleaseContext, subjects: Sequence[Sequence[Economy]], chapter: Chapter
) -> list[_Directions]:
    """Return the answers for each part of a chapter; none for a part with a table that the release does not have."""
    codes = [[economy.area for economy in economies] for economies in subjects]
    directions = (codes, [pair[::-1] for pair in codes])
    return [
        [ask_each(connection, part.sql, areas) for areas in directions[: 1 + part.directed]]
        if context.tables.issuperset(tables_read(part.sql))
        else []
        for part in chapter.parts
    ]


class _SectionWriter(NamedTuple):
    """Chapters of pages of one kind; ``pairs`` are addresses by the stems of pairs."""

    context: ReleaseContext
    pairs: Mapping[str, str]

    def section(
        self, name: str, chapter: Chapter, economies: Sequence[Economy], answers: Iterable[_Directions]
    ) -> Section:
        """Return a chapter of the next page, from the next answer of each part."""
        lacking = self.context.without_data
        made = Section(
            name,
            chapter,
            [table for table in chapter.tables if table in self.context.tables],
            without_data={table: lacking[table] for table in chapter.tables if table in lacking},
        )
        events = self.context.events_of(*(economy.area for economy in economies))
        marked = [event for event in events if {*chapter.events} & {*event.items}]
        for part, directions in zip(chapter.parts, answers, strict=False):
            for direction, found in enumerate(directions, start=1):
                turned = economies if direction == 1 else economies[::-1]
                place = f"{name}-{part.id}-{turned[0].area}" if part.directed else f"{name}-{part.id}"
                parts = list(self._parts(part, turned, next(found), place, marked))
                made.parts += parts
                if not parts:
                    made.empty.append(_fill_title(part.title, turned))
        return made

    def _parts(
        self, part: Part, economies: Sequence[Economy], found: Found, identifier: str, events: list[Event]
    ) -> Iterator[Picture | Listed]:
        if not found.rows:
            return
        query = f"queries.html?{','.join(economy.area for economy in economies)}#{part.query}"
        title, note = (_fill_title(words, economies) for words in (part.title, part.note))
        if not part.is_chart:
            shared = self._shared_columns(found)
            words = (note, *(f"{head.capitalize()}: {value}." for head, value in shared.items()))
            table = self._table(part, economies[0], found, shared)
            is_reasons = part.kind == "reasons"
            yield Listed(identifier, title, " ".join(filter(None, words)), query, table, is_reasons, FIRST_ROWS)
            return
        answers = answers_of(part, self.context.in_words(found), self.context.units, self.context.vintage)
        places: set[str] = set()
        for place, answer in enumerate(answers, start=1):
            address = f"{identifier}-{answer.unit.code}"
            if address in places:  # figures of one unit on several axes
                address += f"-{answer.keys[answer.series[0]]}"
            places.add(address)
            kind = "bars" if part.kind == "lines" and len(answer.years) == 1 else part.kind  # a line needs two years
            marked = marked_events(answer, events) if kind == "lines" else []
            yield Picture(
                id=address,
                title=finding(part, answer, economies, self.context.publishers)
                or (title if len(answers) == 1 else f"{title} ({place} of {len(answers)})"),
                subtitle=_subtitle(answer, title if part.trend or part.race or part.apart or part.largest else ""),
                note=" ".join(filter(None, (note, *self._differences(answer)))),
                query=query,
                answer=answer,
                kind=kind,
                events=marked,
                publishers=_publishers(self.context, answer.vintages),
                origins={name: _origin(self.context, held) for name, held in answer.origins.items()},
                names={code: self.context.publishers(code) for code in {row.source for row in answer.rows}},
                gap=self._gap(answer, economies) if part.until else "",
                since=max((row.year for row in _reports(answer)), default=0),
                until=int(self.context.published_at[:4]),
            )

    def _differences(self, answer: ChartFigures) -> Iterator[str]:
        """Return a sentence for each two publishers whose figures differ, with those of the newest such year."""
        for rows in answer.differing:
            figures = (f"{self.context.publishers(row.source)} {brief(row.value or 0.0, answer.unit)}" for row in rows)
            yield f"Publishers differ on {rows[0].year}: {', '.join(figures)}."

    def _gap(self, answer: ChartFigures, economies: Sequence[Economy]) -> str:
        """Return why years after the newest report have no figure; empty where that report is recent."""
        newest = max(_reports(answer), key=lambda row: row.year)
        is_report = newest.basis != "balanced"
        if not self.context.is_old(newest.year):
            return ""
        areas = (economy.area for economy in economies)
        brings = self.context.newer_reports(newest.source, *areas) if is_report else "a newer edition"
        return f"No {'report' if is_report else 'estimate'} after {newest.year}: {brings} would bring one."

    def _shared_columns(self, found: Found) -> dict[str, str]:
        """Return the columns that have the same words in all of several rows, which are stated once."""
        values = {
            head: {row[place] for row in found.rows} for place, head in enumerate(found.columns) if head in SHARED
        }
        shared = {head: str(*words) for head, words in values.items() if len(words) == 1 and len(found.rows) > 1}
        if ADDRESS in found.columns:
            shared.pop("source", "")
        return {head: self.context.publishers(words) if head == "source" else words for head, words in shared.items()}

    def _table(self, part: Part, economy: Economy, found: Found, shared: Collection[str]) -> Table:
        rows = []
        units = {head: unit for head, unit in self._units(found) if unit.phrase}
        heads = tuple(
            f"{head}, {units[head].phrase}" if head in units else head
            for head in found.columns
            if head != ADDRESS and head not in shared
        )
        for first, *others in found.rows:
            name = self._link(economy, str(first)) if part.partners else first
            label = name.words if isinstance(name, Link) else str(first)
            named = dict(zip(found.columns[1:], others, strict=True))
            address = named.pop(ADDRESS, "")
            cells = [
                self.context.publishers(value)
                if head == "source" and not address
                else held_figure(
                    value, f"{label}, {head.replace('_', ' ')}", self.context.units, with_unit=head not in units
                )
                for head, value in named.items()
                if head not in shared
            ]
            if address:
                cells[-1] = Link(str(cells[-1]), address, is_outside=True)
            rows.append((name, *cells))
        return Table(heads, tuple(rows))

    def _units(self, found: Found) -> Iterator[tuple[str, Unit]]:
        """Yield each column whose figures all have one unit, which its head states, with the unit."""
        for place, head in enumerate(found.columns):
            held = [row[place] for row in found.rows if row[place] is not None]
            units = {value["unit"] if isinstance(value, Mapping) else "" for value in held}
            if len(units) == 1 and (code := units.pop()):
                yield head, self.context.units[code]

    def _link(self, economy: Economy, code: str) -> Link:
        return Link(self.context.names.get(code, code), self.pairs.get(stem_of(economy.area, code), ""))


def marked_events(answer: ChartFigures, events: Iterable[Event]) -> list[Event]:
    """Return the events within the years of a chart."""
    return [event for event in events if answer.years[-1] <= event.date.year <= answer.years[0]]


def _reports(answer: ChartFigures) -> list[Row]:
    """Return the reports among the figures of a chart, or all figures where it has estimates alone."""
    held = [row for row in answer.rows if row.value is not None]
    return [row for row in held if row.basis != "balanced"] or held


def held_figure(value: Any, series: str, units: Mapping[str, Unit], *, with_unit: bool = True) -> Any:
    """Return a figure where the cell is one, any other value unmodified."""
    cell = cell_alone(value, units, with_unit=with_unit) if isinstance(value, Mapping) else None
    return HeldFigure(cell, Row(series, **value)) if cell else value


def cell_alone(figure: Mapping[str, Any] | None, units: Mapping[str, Unit], *, with_unit: bool = False) -> Cell | None:
    """Return the cell of the columns of ``figure_cell``; its year and mostly its unit stand elsewhere in the row."""
    if figure is None:
        return None
    year, value, unit, status, source, vintage = (figure[name] for name in CELL_COLUMNS)
    shown = "" if value is None else readable(value, units[unit], status, source)
    words = shown if with_unit else shown.removesuffix(f" {units[unit].phrase}")
    return cell_of(words, value, status, year, vintage)


def _rows(part: Picture | Listed) -> Iterator[Row]:
    """Return the figures of a part."""
    if isinstance(part, Picture):
        yield from part.answer.rows
    else:
        yield from (value.row for row in part.table.rows for value in row if isinstance(value, HeldFigure))


def _publishers(context: ReleaseContext, vintages: Mapping[str, Iterable[date]]) -> list[Publisher]:
    return [
        Publisher(context.publishers(code), context.homepage(code), context.vintage(code, *days))
        for code, days in vintages.items()
    ]


def _origin(context: ReleaseContext, vintages: Mapping[str, Iterable[date]]) -> str:
    return "; ".join(f"{publisher.name}, vintage {publisher.vintages}" for publisher in _publishers(context, vintages))


def _subtitle(answer: ChartFigures, what: str) -> str:
    """Return the subject under a finding, then unit and period, such as ``Billion US dollars, 1999 to 2018``."""
    words = f"{what}, {answer.scale.label}" if what else f"{answer.scale.label[:1].upper()}{answer.scale.label[1:]}"
    return f"{words}, {period(answer.years[-1], answer.years[0])}"


def _fill_title(words: str, economies: Sequence[Economy]) -> str:
    """Words with a capital and the names of economies in their places."""
    for place, economy in zip(PLACES_IN_WORDS, economies, strict=False):
        words = words.replace(place, economy.in_text)
    return words[:1].upper() + words[1:]
