"""Row conditions of suites, which have the syntax of ``DataFrame.query``, as SQL."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orchestration.core.errors import GuardError
from orchestration.core.sql_quoting import name, text

if TYPE_CHECKING:
    import duckdb

_OPERATORS = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_TEXT, _NUMBER, _TRUTH = "text", "number", "truth"
_PYTHON: Mapping[str, tuple[type, ...]] = {_TEXT: (str,), _NUMBER: (int, float), _TRUTH: (bool,)}


def is_number(column_type: str) -> bool:
    """Whether a column of this type of DuckDB holds numbers."""
    return _kind(column_type) == _NUMBER


def _kind(column_type: str) -> str | None:
    """What literals a column of this type compares with; None for a date and whatever else."""
    if column_type == "VARCHAR":
        return _TEXT
    if column_type == "BOOLEAN":
        return _TRUTH
    return _NUMBER if column_type.split("(")[0] in _NUMERIC else None


def literals(values: Sequence[Any], column_type: str) -> list[str] | None:
    """The values as SQL literals; None where one of them is not of the column's kind."""
    kind = _kind(column_type)
    if kind is None or not all(
        isinstance(one, _PYTHON[kind]) and (kind == _TRUTH) == isinstance(one, bool) for one in values
    ):
        return None
    return [text(one) if kind == _TEXT else str(one).lower() if kind == _TRUTH else repr(one) for one in values]


class Conditions:
    """Translates the conditions of one relation.

    Comparisons of a column with literals become SQL. What else there may be, such as ``measure.str.contains(...)``, pandas
    decides over the distinct values of the columns that it names, so that it means what it means to pandas.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, relation: str, types: Mapping[str, str]) -> None:
        self._connection = connection
        self._relation = relation
        self._types = types
        self._known: dict[str, str] = {}

    def sql(self, condition: str | None) -> str:
        """A condition that is true for the rows that ``DataFrame.query`` chooses; ``true`` without one.

        Raises:
            GuardError: it cannot be read, or names a column that there is not.
        """
        if not condition:
            return "true"
        if condition not in self._known:
            try:
                tree = ast.parse(condition, mode="eval").body
            except SyntaxError as error:
                raise _wrong(condition, "it cannot be read") from error
            unknown = _names(tree) - set(self._types)
            if unknown:
                raise _wrong(condition, f"there is no column {', '.join(sorted(unknown))}")
            self._known[condition] = f"({self._of(tree)})"
        return self._known[condition]

    def _of(self, tree: ast.expr) -> str:
        if isinstance(tree, ast.BoolOp):
            word = " and " if isinstance(tree.op, ast.And) else " or "
            return word.join(f"({self._of(value)})" for value in tree.values)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
            return f"not ({self._of(tree.operand)})"
        return self._compared(tree) or self._chosen_by_pandas(tree)

    def _compared(self, tree: ast.expr) -> str | None:
        """A column compared with literals of its kind; None for anything else."""
        if not (isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.left, ast.Name)):
            return None
        try:
            value = ast.literal_eval(tree.comparators[0])
        except ValueError:
            return None
        column, operator = name(tree.left.id), type(tree.ops[0])
        found = literals(value if isinstance(value, list) else [value], self._types[tree.left.id])
        if not found:
            return None
        if isinstance(value, list):
            within = f"coalesce({column} in ({', '.join(found)}), false)"
            return {ast.In: within, ast.Eq: within, ast.NotIn: f"not {within}", ast.NotEq: f"not {within}"}.get(
                operator
            )
        if operator not in _OPERATORS:
            return None
        return _comparison(column, _OPERATORS[operator], found[0], self._types[tree.left.id])

    def _chosen_by_pandas(self, tree: ast.expr) -> str:
        columns = sorted(_names(tree))
        listed = ", ".join(map(name, columns))
        values = self._connection.execute(f"select distinct {listed} from {self._relation}").df()
        return value_set(values.query(ast.unparse(tree)).to_dict("list") if len(values) else {})


def value_set(values: Mapping[Any, Sequence[Any]]) -> str:
    """A condition that is true for these values of some columns, given column by column; an empty cell equals another."""
    import pandas as pd

    rows = list(zip(*values.values(), strict=True))
    columns = [name(str(column)) for column in values]
    full = [row for row in rows if not any(pd.isna(cell) for cell in row)]
    others = [row for row in rows if any(pd.isna(cell) for cell in row)]
    found = []
    if full:
        listed = ", ".join(f"({', '.join(map(_literal, row))})" for row in full)
        found.append(f"coalesce(({', '.join(columns)}) in ({listed}), false)")
    for row in others:
        equal = (f"{column} is not distinct from {_literal(cell)}" for column, cell in zip(columns, row, strict=True))
        found.append(f"({' and '.join(equal)})")
    return " or ".join(found) or "false"


def _comparison(column: str, operator: str, literal: str, column_type: str) -> str:
    """As pandas compares: an empty cell differs from everything, but in a column of integers, where it stays unknown."""
    if column_type in _WHOLE_NUMBERS:
        return f"{column} {operator} {literal}"
    if operator == "<>":
        return f"{column} is distinct from {literal}"
    return f"coalesce({column} {operator} {literal}, false)"


def _literal(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return "null"
    if isinstance(value, str):
        return text(value)
    plain = value.item() if hasattr(value, "item") else value
    return repr(plain).lower() if isinstance(plain, (bool, int, float)) else text(str(value))


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _wrong(condition: str, why: str) -> GuardError:
    return GuardError(
        f"the condition {condition!r} of a suite does not apply: {why}",
        remedy="correct it in expectations/; docs/guards.md describes conditions",
    )


_WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_NUMERIC = (*_WHOLE_NUMBERS, "DOUBLE", "FLOAT", "DECIMAL")
