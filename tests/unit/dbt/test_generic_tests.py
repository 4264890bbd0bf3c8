"""The project's generic tests find the rows that break them. All rows are synthetic."""

import re
from typing import Any

import duckdb
import pytest

from tests.unit.on_duckdb import PROJECT, rendered

KEY = ["area", "base_year"]
UNIQUE = "unique_combination_of_columns"


def failing(test: str, *rows: str, hashed: str | None = None, **arguments: Any) -> list[tuple[Any, ...]]:
    text = (PROJECT / "tests" / "generic" / f"{test}.sql").read_text(encoding="utf-8")
    body = re.sub(r"{% test .*? %}|{% endtest %}", "", text)
    if hashed:
        body = body.replace("row_hash(combination_of_columns)", f"'{hashed}'")
    sql = rendered(body, model="facts", **arguments)
    with duckdb.connect() as connection:
        connection.execute(f"create table facts as from (values {', '.join(rows)}) as facts(area, base_year, value)")
        connection.execute("create table areas as from (values ('A'), ('B'), (null)) as areas(area)")
        return sorted(connection.execute(sql).fetchall(), key=str)


ROWS = ("('A', null, 1)", "('A', null, 2)", "('B', 2001, 1)", "('B', 2002, 3)", "('C', 1, 1)", "(null, 2, 4)")


@pytest.mark.parametrize(
    ("test", "arguments", "values"),
    [
        (UNIQUE, {"combination_of_columns": KEY}, [1, 2]),
        (UNIQUE, {"combination_of_columns": ["area", "base_year", "value"]}, []),
        ("no_nulls", {"columns": KEY}, [1, 2, 4]),
        ("accepted_range", {"column_name": "value", "min_value": 2, "max_value": 3}, [1, 1, 1, 4]),
        ("accepted_range", {"column_name": "value", "min_value": None, "max_value": "base_year"}, [4]),
        ("expression_is_true", {"expression": "base_year > 1000"}, [1, 4]),
        ("relationships", {"column_name": "area", "to": "areas", "field": "area"}, [1]),
    ],
)
def test_a_generic_test_shows_the_rows_that_break_it(test: str, arguments: dict[str, Any], values: list[int]) -> None:
    arguments = {"min_value": None, "max_value": None, "none": None} | arguments
    assert sorted(row[2] for row in failing(test, *ROWS, **arguments)) == values


@pytest.mark.parametrize("hashed", ["1", "length(area)"])
def test_different_keys_with_one_hash_are_unique(hashed: str) -> None:
    rows = ["('A', null, 1)", "('A', 2001, 1)", "('B', null, 1)"]
    assert failing(UNIQUE, *rows, hashed=hashed, combination_of_columns=KEY) == []
