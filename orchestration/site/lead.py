"""Sentences at the top of a page: a query, and a macro of Jinja that writes its rows as sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from duckdb import DuckDBPyConnection
from markupsafe import Markup
from pydantic.dataclasses import dataclass

from orchestration.site.batch import ask_each
from orchestration.site.chapter import Chapter, tables_read
from orchestration.site.pairs import Economy
from orchestration.site.query_files import STRICT, blocks_of, declare
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import environment, render
from orchestration.site.sections import bodies_of

MOST_SENTENCES = {1: 3, 2: 2}
"""Sentences at the top of a page about one economy or two at most, the first ones in the order of the leads."""


@dataclass(frozen=True, config=STRICT)
class Lead:
    """The first sentences of a page about one subject: a file of ``pair_leads`` or ``economy_leads`` below ``queries``,
    and the macro of its name in the template of the folder's name.

    Args:
        concept: what its figures are about, a key of ``concepts.yml``.
        sql: returns the rows that the sentences are written from; ``$area`` and ``$counterpart`` become the codes of
            the two economies. No figure is in the sentences that is not in the rows or a ratio of two of them.
    """

    folder: str
    name: str
    concept: str
    sql: str


def leads_of(folder: str) -> list[Lead]:
    """Return the leads of ``pair_leads`` or ``economy_leads`` in their order."""
    return [
        declare(Lead, f"{folder}/{name}", folder=folder, name=name, sql=sql, **head)
        for name, ((head, sql),) in blocks_of(folder).items()
    ]


def sentences_of(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    subjects: Sequence[Sequence[Economy]],
    leads: Sequence[Lead],
) -> Iterator[list[Markup]]:
    """Yield the sentences of each of several pages about one or two economies, the first ones in the order of the
    leads; none where the release has no figure. Every query runs once for all pages."""
    codes = [[economy.area for economy in economies] for economies in subjects]
    answered = [
        (
            getattr(environment().get_template(f"{lead.folder}.html").module, lead.name),
            ask_each(connection, lead.sql, codes),
        )
        for lead in leads
        if context.tables.issuperset(tables_read(lead.sql))
    ]
    for economies in subjects:
        sentences: list[Markup] = []
        for macro, answers in answered:
            answer = next(answers)
            rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
            if rows:
                sentences += _sentences(macro(rows, context, economies[0].in_text))
        yield sentences[: MOST_SENTENCES[len(economies)]]


def _sentences(paragraphs: str) -> Iterator[Markup]:
    for paragraph in filter(None, re.split(r"\n\s*\n", paragraphs.strip())):
        sentence = " ".join(paragraph.split())
        yield Markup(sentence[:1].upper() + sentence[1:])  # noqa: S704 - escaped by the template


def body_pages(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    template: str,
    subjects: Sequence[tuple[Sequence[Economy], Mapping[str, Any]]],
    chapters: Mapping[str, Chapter],
    leads: Sequence[Lead] = (),
    pairs: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Yield the pages about several subjects, in the same order; every query runs once for all of them.

    Args:
        subjects: the economies of each page, with what else its template shows.
        pairs: addresses by the stems of pairs, to which partners, and members of regions, are linked.
    """
    economies = [named for named, _ in subjects]
    bodies = bodies_of(connection, context, economies, chapters, pairs)
    sentences = sentences_of(connection, context, economies, leads)
    for (_, content), body, lead in zip(subjects, bodies, sentences, strict=True):
        yield render(template, "../..", context=context, body=body, sentences=lead, **content)
