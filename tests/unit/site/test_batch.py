"""One query for many subjects returns what each query alone returns, in its order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from orchestration.site import batch
from orchestration.site.batch import ask_each
from orchestration.site.chapter import Part

SUBJECTS = [["a'", "b"], ["b", "a'"], ["c", "c"], ["b", "d"]]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute(
            "create table flows as select * from (values ('a''', 'b', 2001, 3.0), ('a''', 'b', 2002, null), ('b', 'a''', 2001, 1.0), "
            "('b', 'd', 2001, 9.0), ('b', 'd', 2000, 8.0), ('b', 'd', 2003, 7.0)) as f(area, partner, year, value)"
        )
        yield opened


class Counted:
    """A connection that counts the queries on the flows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection, self.asked = connection, 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        self.asked += "flows" in sql and "json_" not in sql
        return self._connection.execute(sql)


BOTH = "select year, value from flows where area = $area and partner = $counterpart"


@pytest.mark.parametrize(
    ("sql", "queries"),
    [
        (f"{BOTH} order by value desc nulls last, year", 1),
        (f"{BOTH} qualify year = max(year) over (partition by partner) order by year", 1),
        (f"{BOTH} order by year desc limit 1", 1),
        ("select sum(value) as total, count(*) as n from flows where area in ($area, $counterpart) order by total", 1),
        (f"with held as ({BOTH}) select year, 'x' || year as name from held order by name desc", 1),
        (
            "select area from flows where (area, partner) in (($area, $counterpart), ($counterpart, $area)) order by year, area",
            1,
        ),
        (f"{BOTH} order by all", len(SUBJECTS)),
        (f"({BOTH}) union all (select 0, 0.5) order by 1", len(SUBJECTS)),
    ],
)
def test_every_subject_has_the_rows_of_its_own_query(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, sql: str, queries: int
) -> None:
    monkeypatch.setattr(batch, "AT_ONCE", 3)
    counted: Any = Counted(connection)
    together = list(ask_each(counted, Part("table", "all", sql), SUBJECTS))
    assert counted.asked == queries
    alone = [next(ask_each(connection, Part("table", "one", sql), [codes])) for codes in SUBJECTS]
    assert together == alone
    assert any(answer.rows for answer in together)
