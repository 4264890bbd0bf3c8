"""The dbt test unique_key finds every repeated key, and takes hashes for nothing but a way to find it. All rows are synthetic."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.unit.on_duckdb import PROJECT, rendered

KEY = ["area", "base_year"]


def failing(*rows: str, hashed: str | None = None) -> list[tuple[object, ...]]:
    text = (PROJECT / "tests" / "generic" / "unique_key.sql").read_text(encoding="utf-8")
    body = re.sub(r"{% test .*? %}|{% endtest %}", "", text)
    if hashed:
        body = body.replace("row_hash(columns)", f"'{hashed}'")
    sql = rendered(body, model="held", columns=KEY)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"create table held as from (values {', '.join(rows)}) as held(area, base_year, value)")
        return sorted(connection.execute(sql).fetchall(), key=str)


def test_rows_with_keys_of_their_own_pass() -> None:
    assert failing("('A', null, 1)", "('A', 2001, 1)", "('B', null, 1)") == []


def test_a_repeated_key_fails_also_where_a_part_of_it_is_empty() -> None:
    rows = ["('A', null, 1)", "('A', null, 2)", "('B', 2001, 1)", "('B', 2001, 1)", "('B', 2001, 3)", "('C', 1, 1)"]
    assert failing(*rows) == [("A", None, 2), ("B", 2001, 3)]


@pytest.mark.parametrize("hashed", ["1", "length(area)"])
def test_different_keys_with_one_hash_pass(hashed: str) -> None:
    assert failing("('A', null, 1)", "('A', 2001, 1)", "('B', null, 1)", hashed=hashed) == []
    assert failing("('A', 1, 1)", "('B', 1, 1)", "('B', 1, 1)", hashed=hashed) == [("B", 1, 2)]
