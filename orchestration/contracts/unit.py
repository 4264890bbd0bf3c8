"""Units of figures and how they are written, from the seeds of the dbt project or from ``dim_unit`` of a release."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

SEEDS = "seeds/units/units__*.csv"
"""Pattern of the dbt project's files of units."""

SUMMABLE = ("money", "count")
"""Dimensions of units whose figures add up over economies if their metric says so; as in ``fct_series_coverage``."""

_COLUMNS = ("unit", "dimension", "phrase", "sign", "is_scaled", "column_words")


@dataclass(frozen=True)
class Unit:
    """A unit of figures.

    ``phrase`` follows a number in a sentence and ``sign`` in a table; both are empty for a pure number. ``dimension``
    is money, share, ratio or count. Large figures of an ``is_scaled`` unit are shown in millions, billions or
    trillions. ``column_words`` in the name of a mart's column mark a figure in this unit.
    """

    code: str
    dimension: str
    phrase: str
    sign: str
    is_scaled: bool
    column_words: tuple[str, ...] = ()


def units_of_project(dbt_project: Path) -> dict[str, Unit]:
    """Return the units in the seeds of a dbt project, by code."""
    rows: list[list[Any]] = []
    for path in sorted(dbt_project.glob(SEEDS)):
        with path.open(encoding="utf-8", newline="") as stream:
            rows += [[row[name] for name in _COLUMNS] for row in csv.DictReader(stream)]
    return _by_code(rows)


def units_of_release(connection: DuckDBPyConnection, table: str = "dim_unit") -> dict[str, Unit]:
    """Return the units of a database with ``dim_unit``, by code; an earlier release writes them by their names."""
    known = {row[0] for row in connection.execute(f"select column_name from (describe {table})").fetchall()}
    columns = [column if column in known else "name" if column == "phrase" else "''" for column in _COLUMNS]
    return _by_code(connection.execute(f"select {', '.join(columns)} from {table} order by unit").fetchall())


def _by_code(rows: Iterable[Iterable[Any]]) -> dict[str, Unit]:
    return {
        code: Unit(code, dimension, phrase, sign, str(scaled).lower() == "true", tuple(filter(None, words.split(";"))))
        for code, dimension, phrase, sign, scaled, words in rows
    }
