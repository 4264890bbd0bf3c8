"""The front page of a release: both sides' reports, questions with their answers, claims and their verdicts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.core.text import age
from orchestration.releases.read_only import dicts
from orchestration.site.chapter import chapters_of
from orchestration.site.pairs import Economy
from orchestration.site.query_files import sql_of
from orchestration.site.questions import questions_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import Picture, bodies_of
from orchestration.site.site import Site


def front_page(connection: DuckDBPyConnection, context: ReleaseContext, pairs: int) -> str:
    """Return the HTML of the front page; ``pairs`` is the number of pairs with a figure.

    What no other publication has comes first, then the newest figures.
    """
    has_earners = context.tables.issuperset(("ip_receipts", "ip_payments"))
    published = date.fromisoformat(context.published_at[:10])
    claims = _rows(connection, "pages/claims.sql") if "fct_claim_audit" in context.tables else []
    questions = sorted(questions_of(connection, context), key=lambda one: (not one.is_leading, -one.year))
    ends = next((one.ends for one in questions if one.is_leading and one.ends), ())
    return render(
        "front.html",
        root="..",
        context=context,
        questions=questions,
        picture=_both_reports(connection, context, ends) if ends else None,
        earners=_rows(connection, "pages/earners.sql") if has_earners else [],
        claims=[{**claim, "age": (day := claim["vintage_latest"]) and age(day, published)} for claim in claims],
        held=[(name, vintage) for name, held in context.held.items() for vintage in held],
        pairs=pairs,
    )


def _both_reports(connection: DuckDBPyConnection, context: ReleaseContext, ends: Sequence[str]) -> Picture | None:
    """Return the chart of the reports of a payment's recipient and payer, as on the page of the pair."""
    economies = tuple(Economy(code, context.names[code]) for code in ends)
    (body,) = bodies_of(connection, context, [economies], {"differ": chapters_of("pair_chapters")["differ"]})
    parts = (part for section in body.chapters for part in section.parts)
    return next((part for part in parts if isinstance(part, Picture)), None)


def write(site: Site) -> str:
    """Write the front page."""
    site.write("index.html", front_page(site.connection, site.context, len(site.pairs)))
    return ""


def _rows(connection: DuckDBPyConnection, file: str) -> list[dict[str, Any]]:
    return dicts(connection.execute(sql_of(file)))
