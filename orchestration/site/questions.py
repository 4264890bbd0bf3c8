"""The questions of the front page: each is a file of SQL below ``queries/questions`` that declares its answer as one sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection
from markupsafe import Markup, escape

from orchestration.core.errors import ReleaseError
from orchestration.releases.read_only import dicts
from orchestration.site.chapter import tables_read
from orchestration.site.formatting import brief, exact, month, readable
from orchestration.site.query_files import blocks_of
from orchestration.site.release_context import ReleaseContext

_NAMED = re.compile(r"{(\w+)}")
SPARK_WIDTH, SPARK_HEIGHT = 112.0, 40.0


@dataclass(frozen=True)
class Sparkline:
    """A small line of a question: the code of its economy, the points of an SVG polyline, and its end."""

    area: str
    points: str
    end: tuple[str, ...]


@dataclass(frozen=True)
class FrontQuestion:
    """A question with its answer in one sentence, the age of the answer, and the page with more.

    Args:
        href: the address of the page, relative to the front page.
    """

    name: str
    question: str
    answer: Markup
    age: str
    href: str
    link: str
    sparks: Sequence[Sparkline]


def questions_of(connection: DuckDBPyConnection, context: ReleaseContext) -> Iterator[FrontQuestion]:
    """Yield the questions that the release has a whole answer to, in their order.

    Raises:
        ReleaseError: an answer names a column that its query lacks.
    """
    for name, ((words, sql), *lines) in blocks_of("questions").items():
        if not context.tables.issuperset(tables_read(sql)):
            continue  # a metric without data has no table
        (row,) = dicts(connection.execute(sql)) or [{}]
        if not row:
            continue
        named = _NAMED.findall(words["answer"])
        if lacking := ", ".join(name for name in named if name not in row):
            raise ReleaseError(
                f"the answer of question {name} names {lacking}, which its query lacks",
                remedy="correct its file in orchestration/site/queries/questions",
            )
        if any(row[name] is None for name in named):
            continue
        href, _, link = words["link"].partition(", ")
        sparks = [spark for _, query in lines for spark in _sparks(connection.execute(query).fetchall())]
        yield FrontQuestion(
            name, words["question"], _answer(words, row, context), _age(words, row, context), href, link, sparks
        )


def _answer(words: Mapping[str, str], row: Mapping[str, Any], context: ReleaseContext) -> Markup:
    """The sentence with figures, names and years in their places; its main figure is bold."""
    parts = _NAMED.split(words["answer"])
    sentence = Markup().join(
        _value(name, row[name], context) if place % 2 else escape(name) for place, name in enumerate(parts)
    )
    return Markup(sentence[:1].upper() + sentence[1:])  # noqa: S704 - every part is escaped


def _value(name: str, value: Any, context: ReleaseContext) -> Markup:
    if isinstance(value, Mapping):
        unit = context.units[value["unit"]]
        in_words = readable if unit.dimension == "share" or (name == "figure" and unit.dimension == "money") else brief
        figure = exact(value["value"], in_words(value["value"], unit, value["obs_status"], value["source"]))
        return Markup("<b>{}</b>").format(figure) if name == "figure" else figure
    if isinstance(value, float):
        return exact(value, f"{value:,.0f}")
    return escape(context.economy(value) if name.endswith("area") else str(value))


def _age(words: Mapping[str, str], row: Mapping[str, Any], context: ReleaseContext) -> str:
    """The year of the main figure, its publisher and the month of the edition, and what would bring a newer one."""
    figure = row.get("figure")
    if figure is None:
        return f"Published in {month(row['said_on'])}" if isinstance(row.get("said_on"), date) else ""
    complete = ", the newest complete year" if "complete" in words else ""
    notes = context.date_words(figure["source"], figure["vintage"])
    day = f"{month(figure['vintage'])} ({notes})" if notes else month(figure["vintage"])
    age = f"{figure['year']}{complete} · {context.publishers(figure['source'])}, {day}"
    return f"{age} · {words['if old']}" if "if old" in words and context.is_old(figure["year"]) else age


def _sparks(rows: Sequence[tuple[str, int, float | None]]) -> Iterator[Sparkline]:
    """The lines of series, year and value on one scale that starts at zero."""
    points = [(series, year, value) for series, year, value in rows if value is not None]
    if len(points) < 2:
        return
    first, last, top = min(p[1] for p in points), max(p[1] for p in points), max(p[2] for p in points)
    for area in dict.fromkeys(series for series, _, _ in points):
        places = [
            (
                f"{4 + (year - first) / max(last - first, 1) * (SPARK_WIDTH - 8):.1f}",
                f"{SPARK_HEIGHT - 4 - value / top * (SPARK_HEIGHT - 8):.1f}",
            )
            for series, year, value in points
            if series == area
        ]
        yield Sparkline(area, " ".join(map(",".join, places)), places[-1])
