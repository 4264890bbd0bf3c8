"""Pages about one economy or two: their sentences and chapters as HTML."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.site.chapter import Chapter
from orchestration.site.lead import Lead, sentences_of
from orchestration.site.pairs import Economy
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import bodies_of


def body_pages(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    template: str,
    subjects: Mapping[tuple[Economy, ...], Mapping[str, Any]],
    chapters: Mapping[str, Chapter],
    leads: Sequence[Lead],
    pairs: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Yield the pages about several subjects, in the same order; every query runs once for all of them.

    Args:
        subjects: the economies of each page, with what else its template shows.
        pairs: addresses of pairs by their stems, to which partners are linked.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    bodies = bodies_of(connection, context, list(subjects), chapters, pairs)
    sentences = sentences_of(connection, context, list(subjects), leads)
    for content, body, lead in zip(subjects.values(), bodies, sentences, strict=True):
        yield render(template, "../..", context=context, body=body, sentences=lead, **content)
