"""Hints after a query: what it asked of the wrong table, or mixed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from orchestration.contracts.metric import ALL_ROWS
from orchestration.core.errors import ReleaseError
from orchestration.reading.bounded_query import bounded_query
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release

NO_ROWS = "no rows; areas are ISO 3166 alpha-3 codes such as CHN, and dim_area has them all"

_DISTINGUISHING = ("measure", "item", "source", "basis")
_WORD = re.compile(r"\w+")


def hints(release: Release, sql: str, columns: Iterable[str], *, has_values: bool) -> list[str]:
    """Return what to know of an answer, a sentence each.

    Args:
        columns: of the answer.
        has_values: whether any cell of it has a value.
    """
    if not release.has_preferred:
        return [] if has_values else [NO_ROWS]
    words = {word.removeprefix("named_") for word in _WORD.findall(sql.casefold())}
    bare = sorted(words & release.content["tables"].keys() & release.content["metrics"].keys())
    if not has_values:
        return [next(_elsewhere(release, sql, bare), NO_ROWS)]
    answers = release.content["answers"]
    found = [
        f"{name} does not add up: a sum of its rows means nothing"
        for name in bare
        if "sum" in words and not answers[name]["additive"]
    ]
    with open_read_only(release.database) as connection:
        for metric in release.content["metrics"]:
            if (complete := release.complete(metric)) in words:
                found += _mixed(connection, metric, complete, words | {*columns}, metric in release.content["tables"])
    return found


def _elsewhere(release: Release, sql: str, bare: Sequence[str]) -> Iterator[str]:
    """Yield a hint if the same query of complete tables finds something."""
    complete = re.sub(rf"\b(named_)?({'|'.join(bare)})\b", rf"\g<0>{ALL_ROWS}", sql, flags=re.IGNORECASE)
    try:
        with bounded_query(release.database, complete if bare else "select 1 limit 0") as rows:
            if any(column.null_count < len(column) for batch in rows.batches for column in batch.columns):
                tables = ", ".join(f"{name}{ALL_ROWS}" for name in bare)
                yield (
                    f"nothing here, but {tables} has rows that fit: aggregates such as the world, other items, "
                    "measures, sources and years are there only"
                )
    except ReleaseError:
        return


def _mixed(
    connection: duckdb.DuckDBPyConnection, metric: str, complete: str, named: set[str], has_answer: bool
) -> Iterator[str]:
    """Yield a hint if a query of a complete table names no column that distinguishes its rows."""
    counts: Mapping[str, Any] = {}
    if unnamed := [column for column in _DISTINGUISHING if column not in named]:
        selected = ", ".join(f"count(distinct {column})" for column in unnamed)
        (row,) = connection.execute(f"select {selected} from {complete}").fetchall()
        counts = dict(zip(unnamed, row, strict=True))
    mixed = [f"{count} {column}s" for column, count in counts.items() if count > 1]
    mixed += ["economies and aggregates"] if not named & {"area", "area_name", "area_kind", "is_preferred"} else []
    if mixed:
        mixed = [word.replace("basiss", "bases") for word in mixed]
        instead = f", or query {metric}" if has_answer else ""
        yield f"{complete} mixes {', '.join(mixed)}: choose one of each{instead}"
