"""Pages of metrics: what each measures, a ranking of economies, lines over the years, and the data of both."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.contracts.metric import NOT_APPLICABLE, adds_up
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.site.answers import Cell, cell_of
from orchestration.site.formatting import brief, in_words, metric_title, period, readable
from orchestration.site.metric_data import FOLDER as DATA
from orchestration.site.metric_data import WORDS, code_in_words, data_script, words_script
from orchestration.site.metric_figures import SELECTED, MetricFigures, missing_query, ranking_query, read_figures
from orchestration.site.pages.methods import place_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import listing_page, render
from orchestration.site.sections import Link, Listed, Table
from orchestration.site.site import Site

METRICS = "metrics"

_SENTENCE = re.compile(r"(?<=[a-z0-9)])\.\s+(?=[A-Z])")
_CODE = re.compile(r"(?<![/\w])`?((?:[a-z]{2,}_)+[a-z0-9_]+)`?(?!\w*\.md)")


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
class MetricPage:
    """The content of a metric's page."""

    context: ReleaseContext
    figures: MetricFigures
    sql: str
    rows: Sequence[Ranked]
    missing: Sequence[tuple[str, float]] = ()

    @property
    def title(self) -> str:
        return metric_title(self.figures.metric)

    @property
    def subject(self) -> str:
        """Words for what is ranked beside the title: measure, item and counterpart of a metric with several."""
        return self._chosen("measure", "item", "counterpart_area")

    @property
    def series(self) -> str:
        """The series of the ranking in words: everything that the metric has several of."""
        return self._chosen(*(column for column in SELECTED if column != "unit"))

    def _chosen(self, *columns: str) -> str:
        codes, total = self.figures.first.selection, (None, TOTAL, WORLD, NOT_APPLICABLE)
        words = {"counterpart_area": "with {}", "base_year": "from {}", "vintage": "vintage {}", "source": "source: {}"}
        return ", ".join(
            words.get(column, "{}").format(code_in_words(column, codes[column], self.context))
            for column in columns
            if len(self.figures.options(column)) > 1 and codes.get(column) not in total
        )

    @cached_property
    def meta(self) -> Mapping[str, Any]:
        """The description of the metric with sources, metrics and measures in words."""
        meta = self.context.metrics[self.figures.metric]
        feeds = [self._publishers(feed) for feed in meta.get("sources", ())]
        return {key: self.spell_codes(value) for key, value in ({**meta, "sources": feeds} if feeds else meta).items()}

    def spell_codes(self, value: Any) -> Any:
        """Return a text, or every text of a list, with words instead of codes."""
        if isinstance(value, list):
            return [self.spell_codes(text) for text in value]
        return _CODE.sub(lambda code: _words(code[1]), value) if isinstance(value, str) else value

    def _publishers(self, feed: str) -> str:
        """Return the publishers of a declared feed, such as ``World Bank with UNCTAD (deliverable)``."""
        codes, bracket, rest = feed.partition(" (")
        names = re.sub(r"\w+", lambda code: self.context.publishers(code[0]), codes)
        return f"{names}{bracket}{rest}"

    @property
    def terms(self) -> list[tuple[str, str]]:
        """The terms of the glossary that the figures depend on, each with its anchor on the page of methods."""
        return [(term, place_of(term)) for term in self.meta.get("terms", ())]

    @property
    def newest_year(self) -> int:
        """The newest year with a figure of an economy, or of an aggregate where no economy has one."""
        years = [counted.year for counted in self.figures.counted if counted.countries]
        return max(years, default=self.figures.years[-1])

    @property
    def answers(self) -> str:
        """The first sentence of the definition."""
        return _SENTENCE.split(str(self.meta["description"]))[0].rstrip(".")

    @property
    def countries(self) -> list[Ranked]:
        return [row for row in self.rows if row.is_country]

    @property
    def ends(self) -> str:
        """Whom the figures of a ranking of pairs are between, such as ``China and others`` where China is in every
        pair."""
        codes = set.intersection(*(set(row.area.split("-")) for row in self.countries))
        return f"{self.context.economy(*codes)} and others" if len(codes) == 1 else "two economies"

    @property
    def origin(self) -> str:
        """The source of the ranking with the vintages of its figures."""
        code = str(self.figures.first.selection["source"])
        source = self.context.publishers(code)
        days = [row.vintage for row in self.rows]
        return f"{source}, vintage {self.context.vintage(code, *days)}" if days else source

    @property
    def unit(self) -> str:
        """The unit of the ranking in words."""
        return code_in_words("unit", self.figures.first.selection["unit"], self.context)

    @property
    def is_summed(self) -> bool:
        """Whether all figures are money, and those ranked add up as declared; a rate per person does not."""
        measure = str(self.figures.first.selection["measure"])
        return adds_up(self.meta.get("answer", {}), measure) and all(
            self.context.units[str(unit)].dimension == "money" for unit in self.figures.options("unit")
        )

    def offered(self, column: str) -> list[str]:
        """Return the codes of a column in words."""
        return [code_in_words(column, code, self.context) for code in self.figures.options(column)]

    @property
    def feeds(self) -> list[tuple[Any, ...]]:
        """Each source with its number of figures, years, vintages and citation."""
        rows = []
        for code, counted in self.figures.sources.items():
            years, source = [series.year for series in counted], self.context.sources.get(code)
            citation = [source.citation, source.selections and f"A selection: {source.selections}."] if source else []
            name = Link(self.context.publishers(code), self.context.homepage(code), is_outside=True)
            vintages = self.context.vintage(code, *(series.vintage for series in counted))
            valued = sum(series.valued for series in counted)
            rows.append((name, valued, period(min(years), max(years)), vintages, " ".join(filter(None, citation))))
        return rows


def metric_page(connection: DuckDBPyConnection, context: ReleaseContext, figures: MetricFigures) -> MetricPage:
    """Ask for the ranking of the series that the page shows first."""
    first = figures.first
    sql = ranking_query(figures.metric, first)
    rows = [
        Ranked(*(row[0], row[1], _name(row[1], row[2], figures, context), *row[3:], _value_cell(row, figures, context)))
        for row in connection.execute(sql).fetchall()
    ]
    if first.pairs:  # equal figures in the order of their names, as the script of the page has them
        rows.sort(key=lambda row: (row.rank or 0, row.name))
    missing: list[tuple[str, float]] = []
    if not first.pairs and first.selection["base_year"] is None:
        missing = connection.execute(missing_query(figures.metric, first, figures.newest_year)).fetchall()
    return MetricPage(context, figures, sql, rows, missing)


def _value_cell(row: Sequence[Any], figures: MetricFigures, context: ReleaseContext) -> Cell:
    _, area, *_, value, unit, status, source, vintage = row
    shown = "" if value is None else brief(value, context.units[unit], status, source)
    series = (*(figures.first.selection.get(column) for column in SELECTED), area)
    is_step = figures.first.year in figures.steps.get(series, ())
    return cell_of(shown, value, status, figures.first.year, vintage, is_step=is_step)


def _words(code: str) -> str:
    words = {"counterpart_area": "counterpart", "world_bank": "World Bank"}
    return words.get(code, in_words(re.sub("^(fct|dim)_", "table of ", code)))


def _name(area: str, name: str, figures: MetricFigures, context: ReleaseContext) -> str:
    """Return a pair in the words of its metric, or an economy with what the metric says that its figures include."""
    if figures.first.pairs:
        ends = map(context.economy, area.split("-"))
        words = figures.first.pair.format(**dict(zip(("area", "counterpart"), ends, strict=True)))
        return words[:1].upper() + words[1:]
    measure = figures.first.selection["measure"]
    notes = context.metrics[figures.metric].get("area_notes", [])
    own = [note["note"] for note in notes if note["area"] == area and note.get("measure", measure) == measure]
    return f"{name} ({own[0]})" if own else name


def write(site: Site) -> str:
    """Write the page and the data of every metric, and the list of metrics."""
    context, pages = site.context, []
    linked = {economy.area for economy in site.economies}
    for metric in context.described:
        figures = read_figures(site.connection, metric, context.metrics[metric].get("first_view"))
        page = metric_page(site.connection, context, figures)
        site.write(f"{DATA}/{metric}.js", data_script(figures, context))
        html = render("metric.html", root="../..", context=context, page=page, linked=linked)
        site.write(f"{METRICS}/{metric}.html", html)
        pages.append(page)
    site.write(f"{DATA}/{WORDS}", words_script(linked))
    ordered = sorted(pages, key=lambda page: page.title)
    site.write(f"{METRICS}/index.html", metrics_page(context, ordered))
    return f"{len(pages)} metrics"


def metrics_page(context: ReleaseContext, pages: Iterable[MetricPage]) -> str:
    """Return the list of metrics, each with the first of its ranking."""
    rows = []
    for page in pages:
        first, series = next((row for row in page.rows if row.rank == 1), None), page.figures.first.selection
        shown = first and readable(first.value or 0.0, context.units[first.unit], first.obs_status, first.source)
        cell, whose = (replace(first.shown, shown=str(shown)), first.name) if first else (None, None)
        basis = f"{code_in_words('basis', series['basis'], context)}, {context.publishers(str(series['source']))}"
        link = Link(page.title, f"{page.figures.metric}.html", more=f"{page.answers}.")
        rows.append((link, cell, whose, page.figures.first.year, basis, len(page.figures.countries)))
    heads = ("Metric", "First of its ranking", "Of", "Year", "Basis", "Economies")
    note = "The highest figure of the ranking that each page opens on, with its year; without a ranking a dash"
    words = f"What this release measures: {len(rows)} metrics, "
    words += "each with its ranking, lines over the years, definition and sources."
    return listing_page(context, "Metrics", words, [Listed("metrics", "", note, "", Table(heads, tuple(rows)))])
