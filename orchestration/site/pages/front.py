"""The front page of a release: ten questions with their answers, claims and their verdicts, how fresh every source is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.site.answers import Row
from orchestration.site.pages.changes import CLAIMS as CLAIM_AUDIT
from orchestration.site.pairs import Pair
from orchestration.site.query_files import sql_of
from orchestration.site.questions import questions_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.site import Site


@dataclass(frozen=True)
class Earner:
    """An economy with what it received from and paid to the world in one year, and both as percent of the largest of them."""

    name: str
    area: str
    received: Row
    paid: Row
    received_share: str
    paid_share: str


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


def front_page(connection: DuckDBPyConnection, context: ReleaseContext, pairs: Sequence[Pair]) -> str:
    """Return the HTML of the front page; ``pairs`` are those that have a page, most figures first."""
    return render(
        "front.html",
        root="..",
        context=context,
        questions=list(questions_of(connection, context)),
        earners=_earners(connection, context),
        claims=_claims(connection, context),
        held=[(name, vintage) for name, held in context.held.items() for vintage in held],
        feeds=[
            Feed(*row)
            for row in connection.execute(sql_of("pages/sources.sql")).fetchall()
            if row[0] in context.sources
        ],
        most=pairs[:6],
    )


def write(site: Site) -> str:
    """Write the front page."""
    site.write("index.html", front_page(site.connection, site.context, site.pairs))
    return ""


def _earners(connection: DuckDBPyConnection, context: ReleaseContext) -> list[Earner]:
    """The largest receivers with what they received and paid; none where the release lacks one of the two metrics."""
    if not context.tables.issuperset(("ip_receipts", "ip_payments")):
        return []
    rows = connection.execute(sql_of("pages/earners.sql")).fetchall()
    return [
        Earner(
            context.names[area],
            area,
            Row(area, **received),
            Row(area, **paid),
            f"{100 * received['value'] / largest:.1f}",
            f"{100 * paid['value'] / largest:.1f}",
        )
        for area, received, paid, largest in rows
    ]


def _claims(connection: DuckDBPyConnection, context: ReleaseContext) -> list[dict[str, Any]]:
    """The claims of the release's audit, newest first; none where the release has no audit."""
    if CLAIM_AUDIT not in context.tables:
        return []
    cursor = connection.execute(sql_of("pages/claims.sql"))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
