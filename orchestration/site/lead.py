"""Sentences at the top of a page: words around figures of the release, each of which keeps its exact value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.site.batch import ask_each
from orchestration.site.chapter import tables_read
from orchestration.site.formatting import readable
from orchestration.site.pairs import Economy
from orchestration.site.release_context import ReleaseContext

OLD_AFTER = 3
"""Years before the release after which a newest figure needs a reason."""


@dataclass(frozen=True)
class Said:
    """A figure inside a sentence: its exact value, and as it is shown."""

    value: float
    shown: str


MOST_SENTENCES = 3
"""Sentences at the top of a page at most, the first ones in the order of the leads."""

Sentence = tuple[str | Said, ...]
Sentences = Iterator[Sentence]
Row = Mapping[str, Any]
Rows = Sequence[Row]
"""Rows of a lead's query by name of column."""


@dataclass(frozen=True)
class Wording:
    """How sentences about one or two economies name economies, figures and publishers."""

    economies: Sequence[Economy]
    context: ReleaseContext

    def economy(self, area: str) -> str:
        """An economy by its code, as inside a sentence."""
        named = [economy for economy in self.economies if economy.area == area]
        return (named[0] if named else Economy(area, self.context.names.get(area, area))).in_text

    def figure(self, value: float, unit: str, status: str = "A", source: str = "") -> Said:
        """Return a figure with its unit in words, such as ``8.46 billion US dollars``, as its status and source allow."""
        return Said(value, readable(value, self.context.units[unit], status, source))

    def count(self, value: float) -> Said:
        """A count without a unit, whose noun is in the sentence."""
        return Said(value, f"{value:,.0f}")

    def publisher(self, source: str) -> str:
        """The publishers of a source."""
        return self.context.publishers(source)

    def is_old(self, year: int) -> bool:
        """Whether a newest year needs a reason."""
        return is_old(year, self.context)


def is_old(year: int, context: ReleaseContext) -> bool:
    """Whether a year is more than OLD_AFTER years before the release."""
    return int(context.published_at[:4]) - year > OLD_AFTER


def multiple(one: float, other: float) -> Said:
    """One figure as a multiple of another, in two digits, such as ``about 14 times``."""
    ratio = one / other
    digits = max(0, 1 - math.floor(math.log10(ratio)))
    return Said(ratio, f"about {round(ratio, 1 - math.floor(math.log10(ratio))):,.{digits}f} times")


@dataclass(frozen=True)
class Lead:
    """What a page says first about one subject, in its own module under the name ``LEAD``: in ``leads`` for pairs, in
    ``economy_leads`` for economies.

    Args:
        concept: what its figures are about, of ``CONCEPTS``.
        sql: returns the rows that the sentences are written from; ``$area`` and ``$counterpart`` become the codes of the
            two economies.
        sentences: from the rows, by name of column, to sentences. No figure is in their words that is not in the rows or
            a ratio of two of them; a rank and the number of economies ranked are those of ``ranking``.
    """

    concept: str
    sql: str
    sentences: Callable[[Rows, Wording], Sentences]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the release that the query reads."""
        return tables_read(self.sql)


def sentences_of(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    subjects: Sequence[Sequence[Economy]],
    leads: Iterable[Lead],
) -> Iterator[list[Sentence]]:
    """The sentences of each of several pages about one or two economies, the first ones in the order of the leads; none where
    the release has no figure. Every query runs once for all pages."""
    codes = [[economy.area for economy in economies] for economies in subjects]
    asked = [(lead, ask_each(connection, lead, codes)) for lead in leads if context.tables.issuperset(lead.tables)]
    for economies in subjects:
        wording, said = Wording(economies, context), list[Sentence]()
        for lead, answers in asked:
            found = next(answers)
            rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
            if rows:
                said += map(_capital, lead.sentences(rows, wording))
        yield said[:MOST_SENTENCES]


def _capital(sentence: Sentence) -> Sentence:
    first, *rest = sentence
    return (first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest)
