"""Description of a published table and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MART, METRIC = "mart", "metric"
"""The kinds of published tables."""


@dataclass(frozen=True)
class Column:
    """A column of a published table.

    ``type`` is DuckDB's, ``units`` are codes of ``dim_unit`` where they are known, ``example`` is a value that the column
    has; empty where it has none. A ``required`` column has a value in every row.
    """

    name: str
    type: str
    description: str
    units: tuple[str, ...] = ()
    example: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A published table as its model's ``.yml`` describes it.

    ``sources`` are the ids that its rows name, ``works`` and ``licences`` those of their payloads, ``key`` the columns that
    identify a row.
    """

    name: str
    kind: str
    description: str
    rows: int
    columns: tuple[Column, ...]
    sources: tuple[str, ...]
    meta: Mapping[str, Any]
    key: tuple[str, ...]
    works: tuple[str, ...]
    licences: tuple[str, ...]
    citation: str

    @property
    def units(self) -> tuple[str, ...]:
        """The units of its figures, as codes of ``dim_unit``."""
        return tuple(dict.fromkeys(unit for column in self.columns for unit in column.units))
