"""One query for many subjects returns what each query alone returns, in its order."""

from collections.abc import Iterator
from typing import Any, cast

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.site import batch
from orchestration.site.batch import ask_each

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
        self._connection, self.queries = connection, 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        self.queries += "flows" in sql and "json_" not in sql
        return self._connection.execute(sql)


BOTH = "select year, value from flows where area = $area and partner = $counterpart"


@pytest.mark.parametrize(
    "sql",
    [
        f"{BOTH} order by value desc nulls last, year",
        f"{BOTH} qualify year = max(year) over (partition by partner) order by year",
        f"{BOTH} order by year desc limit 1",
        "select sum(value) as total, count(*) as n from flows where area in ($area, $counterpart) order by total",
        f"with held as ({BOTH}) select year, 'x' || year as name from held order by name desc",
        "select area from flows where (area, partner) in (($area, $counterpart), ($counterpart, $area)) order by year, area",
    ],
)
def test_subjects_have_their_rows(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    monkeypatch.setattr(batch, "AT_ONCE", 3)
    counted = Counted(connection)
    together = [answer.rows for answer in ask_each(cast(Any, counted), sql, SUBJECTS)]
    assert counted.queries == 1
    alone = [{"area": area, "counterpart": counterpart} for area, counterpart in SUBJECTS]
    assert together == [connection.execute(sql, codes).fetchall() for codes in alone]
    assert any(together)
    assert [*ask_each(connection, sql, [])] == []


@pytest.mark.parametrize(
    "sql",
    [
        BOTH,
        f"{BOTH} order by all",
        f"{BOTH} order by 1",
        f"{BOTH} order by year, 1",
        f"({BOTH}) union all (select 0, 0.5) order by year",
        "select",
    ],
)
def test_a_query_without_an_order_of_its_rows_is_refused(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(ReleaseError, match="a query of a page"):
        ask_each(connection, sql, SUBJECTS)
