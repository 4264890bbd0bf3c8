"""The pairs of economies that have figures in a release."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.core.errors import ReleaseError
from orchestration.site.query_files import sql_of

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
_WITH_ARTICLE = re.compile(
    r"United |European Union|(British|French) \w+ Territor|Bahamas$|Comoros$|Gambia$|Holy See$|Isle of|Maldives$|"
    r"Netherlands$|Philippines$|"
    r".*( Islands| Republic| Federation)\b|Democratic Republic"
)
"""Names of countries that take an article inside a sentence."""


@dataclass(frozen=True)
class Economy:
    """A country of `dim_area`, or the European Union: code and name."""

    area: str
    name: str

    @property
    def is_aggregate(self) -> bool:
        """Return whether it is a sum of economies; only codes of aggregates have an underscore."""
        return "_" in self.area

    @property
    def stem(self) -> str:
        """The name of its files without suffix.

        Raises:
            ReleaseError: the code is not safe in a path.
        """
        if not _CODE.fullmatch(self.area):
            raise ReleaseError(
                f"{self.area!r} is not the code of an economy; a code has capital letters, digits and underscores",
                remedy="correct it in dim_area",
            )
        return self.area

    @property
    def page(self) -> str:
        """The name of its page: the European Union has one, whichever publisher draws it."""
        return "WB_EUU" if self.is_aggregate else self.stem

    @property
    def in_text(self) -> str:
        """The name inside a sentence, such as ``the United States`` and ``Hong Kong (China)``."""
        name = self.name.replace(", China", " (China)")
        return f"the {name}" if _WITH_ARTICLE.match(name) else name


@dataclass(frozen=True)
class Pair:
    """Two economies in the order of their codes, with the number of figures between them and the newest of them in
    words.

    Args:
        is_reported: false where all of them are balanced estimates, which a publisher has for every pair.
        has_page: false where it has joint publications alone, or estimates that stay below a million US dollars.
        what, newest, basis: words for its newest figure, the columns of ``figure_cell``, and whose figure it is.
        last_year: the newest year of any of its figures.
    """

    area: Economy
    counterpart: Economy
    figures: int
    is_reported: bool = True
    has_page: bool = True
    what: str = ""
    newest: Mapping[str, Any] | None = None
    basis: str = ""
    is_payment: bool = True
    last_year: int = 0

    @property
    def economies(self) -> tuple[Economy, Economy]:
        return (self.area, self.counterpart)

    @property
    def name(self) -> str:
        return f"{self.area.name} \N{EN DASH} {self.counterpart.name}"

    @property
    def in_text(self) -> str:
        """Both names as a heading, such as ``China and the United States``."""
        words = f"{self.area.in_text} and {self.counterpart.in_text}"
        return words[:1].upper() + words[1:]

    @property
    def stem(self) -> str:
        """The name of its files without suffix: the codes in alphabetical order.

        Raises:
            ReleaseError: a code is not safe in a path.
        """
        return stem_of(*(economy.stem for economy in self.economies))

    @property
    def address(self) -> str:
        """Its page, or its row in the list of pairs."""
        return f"{self.stem}.html" if self.has_page else f"index.html#{self.stem}"


def stem_of(one: str, other: str) -> str:
    """Return the name of the files of a pair by the codes of its economies, in either order."""
    return "-".join(sorted((one, other)))


def economies_with_figures(connection: DuckDBPyConnection) -> list[Economy]:
    """Return every country, and the European Union, with a figure in a metric, at either end, by name.

    Claims and revisions do not count.
    """
    return [Economy(*row) for row in connection.execute(sql_of("pages/economies.sql")).fetchall()]


def pairs_with_figures(connection: DuckDBPyConnection) -> list[Pair]:
    """Return every pair of economies with at least one figure between the two in a metric, most figures first, then by
    code.

    The European Union is an economy of its own for each publisher that draws it.

    Claims about a pair and revisions of its figures do not count.
    """
    rows = connection.execute(sql_of("pages/pairs.sql")).fetchall()
    return [Pair(Economy(a, name), Economy(b, other), *others) for a, name, b, other, *others in rows]
