"""The front page of a release: both sides' reports, questions with their answers, claims and their verdicts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection
from markupsafe import Markup, escape
from pydantic.dataclasses import dataclass as strict_dataclass

from orchestration.core.errors import ReleaseError
from orchestration.core.text import age
from orchestration.reading.read_only import dicts
from orchestration.site.chapter import chapters_of, tables_read
from orchestration.site.formatting import brief, exact, month, readable
from orchestration.site.pairs import Economy
from orchestration.site.query_files import STRICT, blocks_of, declare, sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import Picture, bodies_of
from orchestration.site.site import Site

_NAMED = re.compile(r"{(\w+)}")


def front_page(connection: DuckDBPyConnection, context: ReleaseContext, pairs: int) -> str:
    """Return the HTML of the front page; ``pairs`` is the number of pairs with a figure.

    What no other publication has comes first, then the newest figures.
    """
    has_earners = context.tables.issuperset(("ip_receipts", "ip_payments"))
    published = date.fromisoformat(context.published_at[:10])
    claims = _rows(connection, "pages/claims.sql") if "fct_claim_audit" in context.tables else []
    answers = sorted(
        front_answers(connection, context), key=lambda answer: (not answer.question.is_leading, -answer.year)
    )
    ends = next((answer.ends for answer in answers if answer.question.is_leading and answer.ends), ())
    return render(
        "front.html",
        root="..",
        context=context,
        answers=answers,
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


def write(site: Site) -> None:
    """Write the front page."""
    site.write("index.html", front_page(site.connection, site.context, len(site.pairs)))


def _rows(connection: DuckDBPyConnection, file: str) -> list[dict[str, Any]]:
    return dicts(connection.execute(sql_of(file)))


@strict_dataclass(frozen=True, config=STRICT)
class FrontQuestion:
    """A question of the front page: a file of ``queries/questions``.

    Args:
        concept: what its figure is about, a key of ``concepts.yml``.
        answer: a sentence with columns of the query's only row in braces.
        page, link: the address of the page with more, relative to the front page, and the words that lead there.
        is_leading: about what no other publication has.
        is_complete: the year of the figure is the newest complete one.
        if_old: what would bring a newer figure.
    """

    name: str
    sql: str
    question: str
    concept: str
    answer: str
    page: str
    link: str
    is_leading: bool = False
    is_complete: bool = False
    if_old: str = ""


def declared_questions() -> list[FrontQuestion]:
    """Return the questions of the front page in the order of their files.

    Raises:
        ReleaseError: a file declares something that a question does not have.
    """
    return [
        declare(FrontQuestion, f"questions/{name}", name=name, sql=sql, **head)
        for name, ((head, sql),) in blocks_of("questions").items()
    ]


@dataclass(frozen=True)
class FrontAnswer:
    """The answer to a question in one sentence.

    Args:
        age: the year, publisher and edition of the main figure.
        year: that of the main figure, 0 without one.
        ends: codes of the recipient and the payer that the answer is about.
    """

    question: FrontQuestion
    sentence: Markup
    age: str
    year: int
    ends: tuple[str, ...]


def front_answers(connection: DuckDBPyConnection, context: ReleaseContext) -> Iterator[FrontAnswer]:
    """Yield the answers that the release has all values of, in the order of the questions' files.

    Raises:
        ReleaseError: an answer names a column that its query lacks.
    """
    for question in declared_questions():
        if not context.tables.issuperset(tables_read(question.sql)):
            continue  # a metric without data has no table
        (row,) = dicts(connection.execute(question.sql)) or [{}]
        if not row:
            continue
        named = _NAMED.findall(question.answer)
        if lacking := ", ".join(name for name in named if name not in row):
            raise ReleaseError(
                f"the answer of question {question.name} names {lacking}, which its query lacks",
                remedy="correct its file in orchestration/site/queries/questions",
            )
        if any(row[name] is None for name in named):
            continue
        sentence, day = _sentence(question.answer, row, context), _age(question, row, context)
        ends = tuple(row[end] for end in ("recipient_area", "payer_area") if end in row)
        yield FrontAnswer(question, sentence, day, (row.get("figure") or {}).get("year", 0), ends)


def _sentence(answer: str, row: Mapping[str, Any], context: ReleaseContext) -> Markup:
    """Return the sentence with figures, names and years in their places; its main figure is bold."""
    parts = _NAMED.split(answer)
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


def _age(question: FrontQuestion, row: Mapping[str, Any], context: ReleaseContext) -> str:
    """Return year, publisher and edition of the main figure, and what would bring a newer one."""
    figure = row.get("figure")
    if figure is None:
        return f"Published in {month(row['said_on'])}" if isinstance(row.get("said_on"), date) else ""
    complete = ", the newest complete year" if question.is_complete else ""
    notes = context.date_words(figure["source"], figure["vintage"])
    day = f"{month(figure['vintage'])} ({notes})" if notes else month(figure["vintage"])
    age = f"{figure['year']}{complete} · {context.publishers(figure['source'])}, {day}"
    return f"{age} · {question.if_old}" if question.if_old and context.is_old(figure["year"]) else age
