"""One query for many subjects: what a query about one or two economies returns for each, in its own order."""

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.core.errors import ReleaseError
from orchestration.core.sql_quoting import text
from orchestration.site.chapter import PLACES

AT_ONCE = 250
"""Subjects whose rows are in memory at a time: enough that a query for them costs little, few enough that memory does
not grow with the number of pages."""

_SUBJECT, _PLACE = "page_number", "row_place"
_WINDOW = "select row_number() over (order by 1) as row_place"
"""The columns that keep the subject and the order of the rows, since a join keeps none."""

_EITHER_WAY = re.compile(r"\(([\w.]+), ([\w.]+)\) in \(\(\$area, \$counterpart\), \(\$counterpart, \$area\)\)")
_ONE_KEY = r"(least(\1, \2) = least($area, $counterpart) and greatest(\1, \2) = greatest($area, $counterpart))"
"""A condition of two economies in either order, and the same as equalities: DuckDB joins by equalities, and would
otherwise compare every row with every page."""

_numbers = itertools.count(1)
"""Of the temporary tables."""


@dataclass(frozen=True)
class Found:
    """The result of a query for one subject: names of columns, and rows in the query's order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def ask_each(connection: DuckDBPyConnection, sql: str, subjects: Sequence[Sequence[str]]) -> Iterator[Found]:
    """Return the answer to a query about each subject, the codes of its economies, in the same order.

    The query runs once for all of them, joined to them laterally, so that it is planned once and reads the release
    once, not once per page; the answers wait in a temporary table, and ``AT_ONCE`` subjects are read at a time.

    Raises:
        ReleaseError: the query is invalid or does not order its rows.
    """
    if not subjects:
        return iter(())
    lines = ", ".join(f"({', '.join([str(number), *map(text, codes)])})" for number, codes in enumerate(subjects))
    heads = ", ".join([_SUBJECT, *(place.removeprefix("$") for place in PLACES[: len(subjects[0])])])
    joined = f"(values {lines}) as page_subject({heads}), lateral ({_placed_query(connection, sql)}) as found"
    table = f"page_answers_{next(_numbers)}"
    connection.execute(f"create temporary table {table} as select found.*, page_subject.{_SUBJECT} from {joined}")
    return itertools.chain.from_iterable(_read_batches(connection, table, len(subjects)))


def _read_batches(connection: DuckDBPyConnection, table: str, subjects: int) -> Iterator[list[Found]]:
    """Yield the answers from the temporary table in batches, then drop it."""
    for start in range(0, subjects, AT_ONCE):
        yield _read_batch(connection, table, range(start, min(start + AT_ONCE, subjects)))
    connection.execute(f"drop table {table}")


def _read_batch(connection: DuckDBPyConnection, table: str, places: range) -> list[Found]:
    """Return the answers for a range of subjects."""
    cursor = connection.execute(
        f"from {table} where {_SUBJECT} between {places.start} and {places.stop - 1} order by {_SUBJECT}, {_PLACE}"
    )
    columns = tuple(str(column[0]) for column in cursor.description or ())[:-2]
    rows: list[list[tuple[Any, ...]]] = [[] for _ in places]
    for row in cursor.fetchall():
        rows[row[-1] - places.start].append(tuple(row[:-2]))
    return [Found(columns, own) for own in rows]


def _placed_query(connection: DuckDBPyConnection, sql: str) -> str:
    """Return the query about columns of ``page_subject``, with the place of each row in its order."""
    about = _EITHER_WAY.sub(_ONE_KEY, sql.strip())
    for place in PLACES:
        about = about.replace(place, f"page_subject.{place.removeprefix('$')}")
    tree = _tree(connection, about)
    node = tree["statements"][0]["node"]
    modifiers = (modifier for modifier in node.get("modifiers", []) if modifier["type"] == "ORDER_MODIFIER")
    orders = [order for modifier in modifiers for order in modifier["orders"]]
    by_place = any(order["expression"]["class"] in ("STAR", "CONSTANT") for order in orders)
    if node["type"] != "SELECT_NODE" or not orders or by_place:
        raise ReleaseError(
            "a query of a page has no order by columns",
            payload=sql,
            remedy="end it with: order by and names of columns",
        )
    place = _tree(connection, _WINDOW)["statements"][0]["node"]["select_list"][0]
    place["orders"] = orders
    node["select_list"].append(place)
    return str(_value(connection, f"select json_deserialize_sql({text(json.dumps(tree))}::json)"))


def _tree(connection: DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """Return DuckDB's own syntax tree."""
    tree: dict[str, Any] = json.loads(_value(connection, f"select json_serialize_sql({text(sql)})"))
    if tree["error"]:
        raise ReleaseError(f"a query of a page is no SQL: {tree['error_message']}", payload=sql, remedy="correct it")
    return tree


def _value(connection: DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0][0]
