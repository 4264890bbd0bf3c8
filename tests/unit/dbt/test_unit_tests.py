"""The project's own ``format_row``, which dbt calls for every row of a unit test, casts cells and names an unknown column."""

from ast import literal_eval
from typing import Any

import pytest

from tests.unit.on_duckdb import rendered, rows_of


class _Exceptions:
    """dbt's ``exceptions``, as far as the macro uses them."""

    def raise_compiler_error(self, words: str) -> None:
        raise ValueError(words)


def formatted(row: dict[str, Any]) -> dict[str, str]:
    """The casts of a row of a table with the columns ``name`` (text) and ``value`` (double)."""
    types = {"name": "VARCHAR", "value": "DOUBLE"}
    text = "{{ format_row(row, types) }}"
    known = {"row": row, "types": types, "exceptions": _Exceptions(), "model": {"name": "one_test"}}
    return dict(literal_eval(rendered(text, ["unit_tests"], **known).strip()))


def test_cells_are_cast_to_the_types_of_their_columns() -> None:
    row = {"NAME": "Côte d'Ivoire", "value": "0.1"}
    casts = formatted(row) | {"empty": formatted({"value": None})["value"], "number": formatted({"value": 2})["value"]}
    (read,) = rows_of("select " + ", ".join(f"{cast} as {column}" for column, cast in casts.items()))
    assert read == {"name": "Côte d'Ivoire", "value": 0.1, "empty": None, "number": 2.0}
    assert all(isinstance(read[column], float) for column in ("value", "number"))


def test_a_column_that_no_table_has_is_named_with_those_that_it_has() -> None:
    with pytest.raises(ValueError, match="one_test: no column is named valeu, but name, value"):
        formatted({"valeu": 1})
