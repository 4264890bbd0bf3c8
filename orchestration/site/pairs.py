"""Which pairs of economies have figures in a release, and which of them get a page. No page is made here."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from orchestration.core.errors import ReleaseError

MOST_PAGES = 100
"""Pages of one release, for the pairs with the most figures. A page costs a tenth of a second of one core, so that a hundred
cost ten; every other pair is one command away."""

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


@dataclass(frozen=True)
class Economy:
    """A country of `dim_area`: code and name."""

    area: str
    name: str


@dataclass(frozen=True)
class Pair:
    """Two economies in the order of their codes, and how many figures between them the release holds."""

    area: Economy
    counterpart: Economy
    figures: int

    @property
    def name(self) -> str:
        return f"{self.area.name} \N{EN DASH} {self.counterpart.name}"

    @property
    def stem(self) -> str:
        """The name of its files.

        Raises:
            ReleaseError: a code is not one that may stand in a path.
        """
        for economy in (self.area, self.counterpart):
            if not _CODE.fullmatch(economy.area):
                raise ReleaseError(
                    f"the code of an economy is of capital letters, digits and underscores; seen {economy.area!r}",
                    remedy="correct it in dim_area",
                )
        return f"{self.area.area}-{self.counterpart.area}"


def pairs_with_figures(connection: duckdb.DuckDBPyConnection) -> list[Pair]:
    """Every pair of countries with at least one figure between the two in a metric, most figures first, then by code.

    A claim about a pair and a revision of a figure are none of its figures.
    """
    rows = connection.execute(_PAIRS).fetchall()
    return [Pair(Economy(a, name), Economy(b, other), int(count)) for a, name, b, other, count in rows]


def find_pair(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> Pair:
    """The pair of two economies by their codes, in whatever order and case, with or without figures between them.

    Raises:
        ReleaseError: a code is not that of a country, or both are the same.
    """
    codes = sorted({one.upper(), other.upper()})
    known = dict(connection.execute("select area, name from dim_area where kind = 'country'").fetchall())
    unknown = [code for code in codes if code not in known]
    if unknown or len(codes) != 2:
        raise ReleaseError(
            f"a pair is two different countries by their ISO 3166 alpha-3 codes; seen {one!r} and {other!r}",
            remedy="see the codes: bilateral query \"select area, name from dim_area where kind = 'country' order by name\"",
        )
    for pair in pairs_with_figures(connection):
        if [pair.area.area, pair.counterpart.area] == codes:
            return pair
    one, other = codes
    return Pair(Economy(one, known[one]), Economy(other, known[other]), 0)


_PAIRS = """
with
countries as (select area, name from dim_area where kind = 'country'),
pairs as (
    select least(area, counterpart_area) as area, greatest(area, counterpart_area) as counterpart, count(*) as figures
    from metric_vintages
    where
        is_latest and value is not null and area <> counterpart_area and metric_id not in ('claim_audit', 'revisions')
    group by 1, 2
)
select one.area, one.name, other.area, other.name, pairs.figures
from pairs
join countries as one on pairs.area = one.area
join countries as other on pairs.counterpart = other.area
order by pairs.figures desc, one.area, other.area
"""
