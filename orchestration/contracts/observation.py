"""How a raw table reads as figures: SQL expressions over its columns, by which admission judges all sources alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.methods.codes import TOTAL, WORLD


@dataclass(frozen=True)
class Observations:
    """One raw table as figures.

    ``measure``, ``area``, ``counterpart``, ``item``, ``year`` and ``value`` are DuckDB expressions over the raw table's
    columns; together the first five identify a figure. ``value`` is a number or null in one unit for all rows of a
    measure. ``where`` leaves out rows that no model reads.

    Codes of areas become common ones by the seed ``area_codes__<source>``: by the part of it that is the code list
    ``code_list``, or by all of it. A text literal in ``area`` or ``counterpart`` is a common code.

    ``balances`` are wholes and their parts. ``ratios`` are the measures that are
    shares or rates, of which a total means nothing. ``restates`` is false where a vintage repeats nothing of the one
    before, such as a press release about the newest year.
    """

    area: str
    year: str = "year"
    value: str = "value"
    measure: str = "resource"
    counterpart: str = f"'{WORLD}'"
    item: str = f"'{TOTAL}'"
    where: str = "true"
    code_list: str = "source"
    balances: tuple[Balance, ...] = ()
    ratios: frozenset[str] = frozenset()
    restates: bool = True


@dataclass(frozen=True)
class Balance:
    """A whole and its parts of one year, which differ in what ``along`` names and in nothing else.

    ``along`` is ``"area"``, ``"counterpart"``, ``"item"`` or ``"measure"``, or several joined by ``/``, then with
    members such as ``"receipts/SH"``. ``whole`` equals the sum of ``parts``. ``rounding`` is the largest difference
    that rounding makes, in the unit of the values.
    """

    along: str
    whole: str
    parts: tuple[str, ...]
    rounding: float = 0.0


ByTable = Mapping[str, Observations]
"""What a source module declares as OBSERVATIONS: raw tables of figures."""
