"""The front page of a release: headline figures, claims and their verdicts, counts of changes, how fresh every source is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection
from markupsafe import Markup, escape

from orchestration.core.errors import ReleaseError
from orchestration.site.answers import Row
from orchestration.site.chapter import tables_read
from orchestration.site.formatting import readable
from orchestration.site.pages.changes import CLAIMS as CLAIM_AUDIT
from orchestration.site.pairs import Economy, Pair
from orchestration.site.query_files import blocks_of, sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.site import Site
from orchestration.site.sql_parts import FIGURE_COLUMNS


@dataclass(frozen=True)
class Headline:
    """A figure at the top of the front page, with the query that found it, and its sentence of the page's lead, or nothing."""

    title: str
    sql: str
    row: Row
    value: str
    sentence: Markup


@dataclass(frozen=True)
class Feed:
    """A source of figures of this release: the newest year and vintage of them, and the vintage's age at the release."""

    source: str
    figures: int
    newest_year: int
    vintage: date

    def age(self, context: ReleaseContext) -> str:
        """Months between the vintage and the release in words."""
        published = date.fromisoformat(context.published_at[:10])
        months = (published.year - self.vintage.year) * 12 + published.month - self.vintage.month
        if months < 1:
            return "less than a month"
        return "1 month" if months == 1 else f"{months} months"


def front_page(
    connection: DuckDBPyConnection, context: ReleaseContext, economies: Sequence[Economy], pairs: Sequence[Pair]
) -> str:
    """The HTML of the front page.

    Args:
        economies: those that have a page, by name.
        pairs: those that have a page, most figures first.
    """
    headlines = list(_headlines(connection, context))
    return render(
        "front.html",
        root="..",
        context=context,
        headlines=headlines,
        sentences=[headline.sentence for headline in headlines if headline.sentence],
        claims=_claims(connection, context),
        held=[(name, vintage) for name, held in context.held.items() for vintage in held],
        feeds=[
            Feed(*row)
            for row in connection.execute(sql_of("pages/sources.sql")).fetchall()
            if row[0] in context.sources
        ],
        most=pairs[:6],
        economies=economies,
        finder=[pair.stem for pair in pairs],
    )


def write(site: Site) -> str:
    """Write the front page."""
    page = front_page(site.connection, site.context, site.economies, site.pairs)
    site.write("index.html", page)
    return ""


def _headlines(connection: DuckDBPyConnection, context: ReleaseContext) -> Iterator[Headline]:
    for name, ((words, sql),) in blocks_of("headlines").items():
        if not context.tables.issuperset(tables_read(sql)):
            continue  # a metric without data has no table
        cursor = connection.execute(sql)
        rows, columns = cursor.fetchall(), tuple(column[0] for column in cursor.description or ())
        if columns != FIGURE_COLUMNS or len(rows) > 1:
            raise ReleaseError(
                f"headline {name} returned {len(rows)} rows of {', '.join(columns)}; a headline is one row of {', '.join(FIGURE_COLUMNS)}",
                payload=name,
                remedy=f"correct {name} in orchestration/site/queries/headlines",
            )
        for row in (Row(*row) for row in rows):
            value = readable(float(row.value or 0), context.units[row.unit])
            yield Headline(words["title"], sql, row, value, _sentence(words, row, context))


def _sentence(words: Mapping[str, str], row: Row, context: ReleaseContext) -> Markup:
    """The sentence of a headline, with what would bring a later figure where its year is long ago; empty without one."""
    sentence = words.get("sentence", "").replace("{year}", str(row.year))
    if "if old" in words and context.is_old(row.year):
        sentence = f"{sentence.removesuffix('.')}; {words['if old']}"
    before, _, after = sentence.partition("{value}")
    return escape(before) + context.figure(float(row.value or 0), row.unit) + after if before else Markup()


def _claims(connection: DuckDBPyConnection, context: ReleaseContext) -> list[dict[str, Any]]:
    """The claims of the release's audit, newest first; none where the release has no audit."""
    if CLAIM_AUDIT not in context.tables:
        return []
    cursor = connection.execute(sql_of("pages/claims.sql"))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
