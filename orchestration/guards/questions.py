"""Expectations as SQL over all rows of a metric: what violates them, or the aggregate that they are about.

``VIOLATIONS`` are expectations about single cells or pairs of cells, ``REPETITIONS`` about keys, ``AGGREGATES`` about one figure or
a set of codes of all rows. A type or an argument that is not listed has no SQL, and is judged over all rows in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.core.sql_quoting import name
from orchestration.guards.conditions import is_number, literals, value_set
from orchestration.guards.guard_columns import GuardedRows

COLUMNS_IN_ORDER = "expect_table_columns_to_match_ordered_list"
ROW_COUNT = "expect_table_row_count_to_be_between"


@dataclass(frozen=True)
class Question:
    """An expectation put to some rows: its position in the suite, and its condition apart from its arguments.

    ``where`` is the condition in SQL.
    """

    position: int
    kind: str
    kwargs: Mapping[str, Any]
    condition: str | None
    where: str

    @property
    def expectation(self) -> dict[str, Any]:
        """The expectation without its condition, for rows that were chosen by it."""
        return {"type": self.kind, "kwargs": dict(self.kwargs), "meta": {"position": self.position}}

    @property
    def columns(self) -> list[str]:
        """The columns that its arguments name."""
        if "column_list" in self.kwargs:
            return [str(column) for column in self.kwargs["column_list"]]
        return [str(self.kwargs[key]) for key in ("column", "column_A", "column_B") if key in self.kwargs]


def violation(question: Question, rows: GuardedRows) -> str | None:
    """A SQL condition for the cells that violate, as Great Expectations counts them; None where there is none for it."""
    return _sql(VIOLATIONS, question, rows)


def aggregate(question: Question, rows: GuardedRows) -> str | None:
    """A SQL aggregate that decides, a figure or a list of codes; None where there is none for it."""
    return _sql(AGGREGATES, question, rows)


def repeats(question: Question, rows: GuardedRows) -> list[str] | None:
    """The columns of which no combination may repeat; None where it is not about that."""
    known = question.kind in REPETITIONS and set(question.kwargs) <= {"column", "column_list"}
    return question.columns if known and set(question.columns) <= set(rows.types) else None


Sql = Callable[[Question, GuardedRows], str | None]


def _sql(kinds: Mapping[str, tuple[frozenset[str], Sql]], question: Question, rows: GuardedRows) -> str | None:
    arguments, sql = kinds.get(question.kind, (None, None))
    if arguments is None or sql is None or not set(question.kwargs) <= arguments:
        return None
    return sql(question, rows) if set(question.columns) <= set(rows.types) else None


def _column(question: Question) -> str:
    return name(question.columns[0])


def _outside(question: Question, rows: GuardedRows) -> str | None:
    if not is_number(rows.types[question.columns[0]]):
        return None
    bounds = [("<", question.kwargs.get("min_value")), (">", question.kwargs.get("max_value"))]
    beyond = [f"coalesce({_column(question)} {sign} {bound!r}, false)" for sign, bound in bounds if bound is not None]
    return f"({' or '.join(beyond)})" if beyond else None


def _in_set(question: Question, rows: GuardedRows) -> str | None:
    values = literals(question.kwargs["value_set"], rows.types[question.columns[0]])
    return f"coalesce({_column(question)} in ({', '.join(values)}), false)" if values else None


def _not_in_set(question: Question, rows: GuardedRows) -> str | None:
    within = _in_set(question, rows)
    return within and f"({_column(question)} is not null and not {within})"


def _matching(question: Question, rows: GuardedRows) -> str | None:
    """The values that match, chosen from the distinct ones in Python, whose patterns these are."""
    column = question.columns[0]
    if rows.types[column] != "VARCHAR":
        return None
    found = rows.connection.execute(f"select distinct {name(column)} from {rows.relation}").fetchall()
    pattern = re.compile(question.kwargs["regex"])
    return value_set({column: [value for (value,) in found if value is not None and pattern.search(value)]})


def _not_matching(question: Question, rows: GuardedRows) -> str | None:
    matching = _matching(question, rows)
    return matching and f"({_column(question)} is not null and not ({matching}))"


def _not_greater(question: Question, rows: GuardedRows) -> str | None:
    a, b = map(name, question.columns)
    if not all(is_number(rows.types[column]) for column in question.columns):
        return None
    sign = ">=" if question.kwargs.get("or_equal") else ">"
    return f"(({a} is not null or {b} is not null) and not coalesce({a} {sign} {b}, false))"


def _codes_of_set(question: Question, rows: GuardedRows) -> str | None:
    within = _in_set(question, rows)
    return within and f"list(distinct {_column(question)}) filter (where {question.where} and {within})"


def _codes(question: Question, rows: GuardedRows) -> str | None:
    return f"list(distinct {_column(question)}) filter (where {question.where})"


def _of_numbers(function: str) -> Sql:
    def sql(question: Question, rows: GuardedRows) -> str | None:
        if not is_number(rows.types[question.columns[0]]):
            return None
        return f"{function}({_column(question)}) filter (where {question.where})"

    return sql


_COLUMN, _SET, _PATTERN = frozenset({"column"}), frozenset({"column", "value_set"}), frozenset({"column", "regex"})
_BOUNDS = frozenset({"column", "min_value", "max_value"})

VIOLATIONS: Mapping[str, tuple[frozenset[str], Sql]] = {
    "expect_column_values_to_be_between": (_BOUNDS, _outside),
    "expect_column_values_to_be_in_set": (_SET, _not_in_set),
    "expect_column_values_to_not_be_in_set": (_SET, _in_set),
    "expect_column_values_to_not_be_null": (_COLUMN, lambda question, _: f"({_column(question)} is null)"),
    "expect_column_values_to_be_null": (_COLUMN, lambda question, _: f"({_column(question)} is not null)"),
    "expect_column_values_to_match_regex": (_PATTERN, _not_matching),
    "expect_column_values_to_not_match_regex": (_PATTERN, _matching),
    "expect_column_pair_values_a_to_be_greater_than_b": (
        frozenset({"column_A", "column_B", "or_equal"}),
        _not_greater,
    ),
}
"""The arguments that the SQL of each type of expectation knows, and the SQL."""

REPETITIONS = ("expect_compound_columns_to_be_unique", "expect_column_values_to_be_unique")

AGGREGATES: Mapping[str, tuple[frozenset[str], Sql]] = {
    ROW_COUNT: (frozenset({"min_value", "max_value"}), lambda question, _: f"count(*) filter (where {question.where})"),
    "expect_column_min_to_be_between": (_BOUNDS, _of_numbers("min")),
    "expect_column_max_to_be_between": (_BOUNDS, _of_numbers("max")),
    "expect_column_median_to_be_between": (_BOUNDS, _of_numbers("median")),
    "expect_column_distinct_values_to_contain_set": (_SET, _codes_of_set),
    "expect_column_unique_value_count_to_be_between": (_BOUNDS, _codes),
}
"""As ``VIOLATIONS``, of the aggregates."""
