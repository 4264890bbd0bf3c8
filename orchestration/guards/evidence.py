"""What decides expectations: a few figures and values that DuckDB finds in one scan of a metric.

An expectation about the cells of a column judges each value by itself: the smallest and the largest value decide
whether all lie within bounds, the distinct codes whether all are in a set. Great Expectations judges these instead of
all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.core.sql_quoting import text
from orchestration.guards.guard_columns import RATIOS, GuardedRows

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

POSITION = "position"
"""The key of an expectation's meta with its position in the suite, which names its columns in the frame."""

FIGURES, FAILING = "figures", "failing"
"""The names of the columns with the figures of an aggregate and with the first rows that violate it."""

_DISTINCT = "list(distinct {cell}) {chosen}"
_EMPTY_OR_NOT = "[min({cell}) {chosen}, if(count({cell}) {chosen} < count(*) {chosen}, null, min({cell}) {chosen})]"
_DECIDING = {
    "expect_column_values_to_be_between": "[min({cell}) {chosen}, max({cell}) {chosen}]",
    "expect_column_values_to_be_in_set": _DISTINCT,
    "expect_column_values_to_not_be_in_set": "[min({cell}) {chosen}]"
    " || coalesce(list(distinct {cell}) filter (where ({where}) and {cell} in ({codes})), [])",
    "expect_column_values_to_match_regex": _DISTINCT,
    "expect_column_values_to_not_match_regex": _DISTINCT,
    "expect_column_values_to_be_null": _EMPTY_OR_NOT,
    "expect_column_values_to_not_be_null": _EMPTY_OR_NOT,
    "expect_column_pair_values_a_to_be_greater_than_b": "list(distinct [{column_A}, {column_B}]) {chosen}",
}
"""The SQL of the values that decide each type of expectation; the rows of all other types are read."""

_METHODS = {
    ".str.contains(": ".regexp_matches(",
    ".str.startswith(": ".starts_with(",
    ".str.endswith(": ".ends_with(",
    ".str.len(": ".length(",
    ".str[": "[",
    ".astype('str')": "::varchar",
}
"""Methods of pandas in row conditions, and those of DuckDB; everything else is the same in both."""


def deciding_values(
    expectations: Mapping[int, Expectation], rows: GuardedRows
) -> dict[int, tuple[int, dict[str, list[Any]]]]:
    """Return, by position, the number of chosen rows and the deciding values by the argument that names their column.

    Expectations that no values decide are left out; all are where DuckDB does not know a column or a condition.
    """
    queries = {place: sql for place, item in expectations.items() if (sql := _query_of(item))}
    if not queries:
        return {}
    try:
        (found,) = rows.query(", ".join(queries.values())).fetchall()
    except duckdb.Error:
        return {}
    counts_and_values = zip(found[::2], found[1::2], strict=True)
    return {
        place: (count, _by_argument(expectations[place], values or []))
        for place, (count, values) in zip(queries, counts_and_values, strict=True)
    }


def frame_of(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    """Return lists of values as a frame; the last value of a short one is repeated, which decides nothing else."""
    import pandas as pd

    length = max(map(len, columns.values()), default=0)
    return pd.DataFrame(
        {name: pd.Series([*values, *values[-1:] * (length - len(values))]) for name, values in columns.items()}
    )


def over_frame(expectation: Expectation, place: int, arguments: Iterable[str]) -> Expectation:
    """Return an expectation about its own columns in the frame, in every row."""
    columns = {argument: column_name(place, argument) for argument in arguments}
    return expectation.copy(update={**columns, "row_condition": None, "condition_parser": None})


def column_name(place: int, argument: str) -> str:
    """Return the column of the frame that has the values of an expectation's argument, such as ``3 column``."""
    return f"{place} {argument}"


def _query_of(expectation: Expectation) -> str | None:
    """Return the SQL of the number of chosen rows and of the deciding values; None if no values decide."""
    template = _DECIDING.get(expectation.expectation_type)
    if template is None or getattr(expectation, "mostly", 1) != 1:
        return None
    condition = getattr(expectation, "row_condition", None) or "true"
    where = str(getattr(condition, "pass_through_filter", condition))
    for method, ours in _METHODS.items():
        where = where.replace(method, ours)
    column = str(getattr(expectation, "column", ""))
    values = template.format(
        cell=f"nullif({column}, 'nan')" if column in ("value", *RATIOS) else column,
        chosen=f"filter (where {where})",
        where=where,
        codes=", ".join(map(_literal, getattr(expectation, "value_set", None) or [None])),
        column_A=getattr(expectation, "column_A", ""),
        column_B=getattr(expectation, "column_B", ""),
    )
    return f"count(*) filter (where {where}), {values}"


def _by_argument(expectation: Expectation, values: list[Any]) -> dict[str, list[Any]]:
    if hasattr(expectation, "column_A"):
        return {"column_A": [pair[0] for pair in values], "column_B": [pair[1] for pair in values]}
    return {"column": values}


def _literal(value: Any) -> str:
    return text(value) if isinstance(value, str) else "null" if value is None else repr(value)
