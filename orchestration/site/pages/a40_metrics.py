"""Pages of metrics: what each measures, a ranking of economies, a world map, lines over the years, and the data of all three."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.contracts.connection import Connection
from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE
from orchestration.core.text import cell as csv_cell
from orchestration.releases.figure_lookup import TOTAL, WORLD
from orchestration.site.answers import Cell, cell_of
from orchestration.site.formatting import brief, metric_title, readable, span
from orchestration.site.lead import OLD_AFTER, Said, Sentence
from orchestration.site.metric_data import FOLDER as DATA
from orchestration.site.metric_data import WORDS, code_in_words, data_script, words_script
from orchestration.site.metric_figures import SELECTED, MetricFigures, ranking_query, read_figures
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.pairs import Economy
from orchestration.site.release_context import ReleaseContext, Source
from orchestration.site.rendering import render

METRICS = "metrics"
CSV_HEAD = ("rank", "area", "name", "kind", "year", "value", "unit", "obs_status", "source", "vintage")

_SENTENCE = re.compile(r"(?<=[a-z0-9)])\.\s+(?=[A-Z])")


@dataclass(frozen=True)
class Ranked:
    """A row of the ranking; ``rank`` is None for an aggregate, and for a country without a figure."""

    rank: int | None
    area: str
    name: str
    kind: str
    value: float | None
    unit: str
    obs_status: str
    source: str
    vintage: date
    shown: Cell

    @property
    def is_country(self) -> bool:
        return self.kind == "country"


@dataclass(frozen=True)
class Feed:
    """A source of the metric's figures."""

    code: str
    source: Source | None
    figures: int
    years: str
    vintages: str


@dataclass(frozen=True)
class MetricPage:
    """What a metric's page shows."""

    context: ReleaseContext
    figures: MetricFigures
    sql: str
    rows: Sequence[Ranked]

    @property
    def metric(self) -> str:
        return self.figures.metric

    @property
    def title(self) -> str:
        return metric_title(self.metric)

    @property
    def ranked(self) -> str:
        """What is ranked: the title, and the measure of a metric that has several."""
        measure = self.figures.first.selection["measure"]
        several = len(self.figures.options("measure")) > 1
        return f"{self.title}: {code_in_words('measure', measure, self.context)}" if several else self.title

    @property
    def meta(self) -> Mapping[str, Any]:
        return self.context.metrics[self.metric]

    @property
    def year(self) -> int:
        return self.figures.first.year

    @property
    def answers(self) -> str:
        """The first sentence of the definition."""
        return _SENTENCE.split(str(self.meta["description"]), maxsplit=1)[0].rstrip(".")

    @property
    def countries(self) -> list[Ranked]:
        return [row for row in self.rows if row.is_country]

    @property
    def others(self) -> list[Ranked]:
        """Aggregates, residuals and offices, which have no rank."""
        return [row for row in self.rows if not row.is_country]

    @property
    def series(self) -> str:
        """The series of the ranking in words: everything that the metric has several of."""
        chosen = self.figures.first.selection
        several = [
            column
            for column in SELECTED
            if len(self.figures.options(column)) > 1 and column != "unit" and chosen[column] not in (None, TOTAL, WORLD)
        ]
        words = {
            "counterpart_area": "with {}",
            "base_year": "from {}",
            "vintage": "vintage {}",
            "source": "source: {}",
        }
        named = {column: code_in_words(column, chosen[column], self.context) for column in several}
        if "counterpart_area" in named:
            named["counterpart_area"] = Economy("", named["counterpart_area"]).in_text
        return ", ".join(words.get(column, "{}").format(word) for column, word in named.items())

    @property
    def unit(self) -> str:
        """The unit of the ranking in words."""
        return code_in_words("unit", self.figures.first.selection["unit"], self.context)

    @property
    def units(self) -> list[str]:
        return [code_in_words("unit", code, self.context) for code in self.figures.options("unit")]

    @property
    def clocks(self) -> list[str]:
        return [
            "the year that the figure is about" if code == NO_CLOCK else str(code).replace("_", " ")
            for code in self.figures.options("clock")
        ]

    @property
    def authorities(self) -> list[str]:
        """Patent offices and procedures of the figures; none for figures that are about no office."""
        codes = [code for code in self.figures.options("authority") if code != NOT_APPLICABLE]
        return [code_in_words("authority", code, self.context).removeprefix("at ") for code in codes]

    @property
    def feeds(self) -> list[Feed]:
        return [
            Feed(
                source,
                self.context.sources.get(source),
                sum(one.valued for one in counted),
                _years(one.year for one in counted),
                span(one.vintage for one in counted),
            )
            for source, counted in self.figures.sources.items()
        ]

    @property
    def sentences(self) -> Iterator[Sentence]:
        """What the metric measures, how far it reaches, who ranks first, and why it ends where it does."""
        figures = self.figures
        yield (f"{self.answers}.",)
        if not figures.years:
            yield ("This release has no figure of it with a value.",)
            return
        countries = len(figures.countries) or "no single"
        have = "economies have" if len(figures.countries) > 1 else "economy has"
        yield (f"The newest year held is {figures.years[-1]}; {countries} {have} a figure.",)
        yield from self._leader()
        yield from self._age()

    def _leader(self) -> Iterator[Sentence]:
        ranked = [row for row in self.countries if row.rank]
        if len(ranked) < 2:
            return
        leaders = [Economy(row.area, row.name).in_text for row in ranked if row.rank == 1]
        first = ranked[0]
        value = readable(float(first.value or 0), self.context.units[first.unit])
        covered = (
            ""
            if self.year == self.figures.years[-1]
            else ", the newest year with at least half of the economies of its series"
        )
        verb = "ranks" if len(leaders) == 1 else "rank"
        words = "; ".join(filter(None, (self.series, first.shown.word)))
        named = f" ({words})" if words else ""
        yield (
            f"In {self.year}{covered}, {' and '.join(leaders)} {verb} first of {len(ranked)} economies, with ",
            Said(float(first.value or 0), value),
            f"{named}.",
        )

    def _age(self) -> Iterator[Sentence]:
        newest = self.figures.years[-1]
        if int(self.context.published_at[:4]) - newest <= OLD_AFTER:
            return
        ends = "; ".join(
            f"{feed.source.publisher if feed.source else feed.code} (vintage {feed.vintages[-10:]})"
            for feed in self.feeds
        )
        yield (
            f"No later year is in this release, because the newest vintage of each source ends by {newest}: {ends}.",
        )


def metric_page(connection: Connection, context: ReleaseContext, figures: MetricFigures) -> MetricPage:
    """Ask for the ranking of the series that the page shows first."""
    first = figures.first
    sql = ranking_query(figures.metric, first.selection, first.year)
    rows = [Ranked(*(*row, _shown(row, first.year, context))) for row in connection.execute(sql).fetchall()]
    return MetricPage(context, figures, sql, rows)


def _shown(row: Sequence[Any], year: int, context: ReleaseContext) -> Cell:
    value, unit, status, _, vintage = row[4:]
    return cell_of("" if value is None else brief(value, context.units[unit]), value, status, year, vintage)


def _years(years: Iterable[int]) -> str:
    held = sorted(set(years))
    return str(held[0]) if len(held) == 1 else f"{held[0]} to {held[-1]}"


def _csv(page: MetricPage) -> str:
    """The ranking with exact values; no text of it is a formula to a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    for row in page.rows:
        rank, value = (("" if one is None else repr(one)) for one in (row.rank, row.value))
        texts = map(csv_cell, (row.area, row.name, row.kind))
        vintage = row.vintage.isoformat()
        writer.writerow([rank, *texts, page.year, value, row.unit, row.obs_status, csv_cell(row.source), vintage])
    return stream.getvalue()


def _write(site: Site) -> str:
    context, pages = site.context, []
    linked = {one.area for one in site.economies}
    for metric in context.described:
        figures = read_figures(site.connection, metric)
        if not figures.counted:
            continue
        page = metric_page(site.connection, context, figures)
        site.write(f"{DATA}/{metric}.js", data_script(figures, context))
        site.write(f"{METRICS}/{metric}.csv", _csv(page))
        site.write(f"{METRICS}/{metric}.html", _render("metric.html", context, page=page, linked=linked))
        pages.append(page)
    site.write(f"{DATA}/{WORDS}", words_script(linked))
    ordered = sorted(pages, key=lambda one: one.title)
    site.write(f"{METRICS}/index.html", _render("metrics.html", context, pages=ordered))
    return f"{len(pages)} metrics"


def _render(template: str, context: ReleaseContext, **content: Any) -> str:
    return render(template, root="../..", context=context, **content)


PAGES = PageKind(_write, entry=("Metrics", "metrics/index.html"))
