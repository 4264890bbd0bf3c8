"""The front page of a release: ten questions with their answers, claims and their verdicts, how fresh every source is."""

from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.releases.read_only import dicts
from orchestration.site.query_files import sql_of
from orchestration.site.questions import questions_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.site import Site


def front_page(connection: DuckDBPyConnection, context: ReleaseContext, pairs: int) -> str:
    """Return the HTML of the front page; ``pairs`` is the number of pairs with a page."""
    has_earners = context.tables.issuperset(("ip_receipts", "ip_payments"))
    published = date.fromisoformat(context.published_at[:10])
    feeds = _rows(connection, "pages/sources.sql")
    return render(
        "front.html",
        root="..",
        context=context,
        questions=list(questions_of(connection, context)),
        earners=_rows(connection, "pages/earners.sql") if has_earners else [],
        claims=_rows(connection, "pages/claims.sql") if "fct_claim_audit" in context.tables else [],
        held=[(name, vintage) for name, held in context.held.items() for vintage in held],
        feeds=[{**feed, "age": age(feed["vintage"], published)} for feed in feeds if feed["source"] in context.sources],
        pairs=pairs,
    )


def write(site: Site) -> str:
    """Write the front page."""
    site.write("index.html", front_page(site.connection, site.context, len(site.pairs)))
    return ""


def age(vintage: date, published: date) -> str:
    """Return the whole months between a vintage and the release in words."""
    months = (published.year - vintage.year) * 12 + published.month - vintage.month - (published.day < vintage.day)
    return "less than a month" if months < 1 else "1 month" if months == 1 else f"{months} months"


def _rows(connection: DuckDBPyConnection, file: str) -> list[dict[str, Any]]:
    return dicts(connection.execute(sql_of(file)))
