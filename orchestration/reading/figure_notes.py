"""Caveats of one figure: a large step, a revision since its vintage, and other publishers' figures of the same."""

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES, SERIES
from orchestration.methods.large_steps import LARGE_STEP, differ, large_steps
from orchestration.reading.read_only import dicts
from orchestration.reading.vintage_dates import vintage_text

_THING = ("metric_id", *(column for column in SERIES if column != "source"), "unit")
"""Columns that two figures of one thing share; publisher, year and vintage may differ."""


def notes_of(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> list[str]:
    """Return the caveats of a figure in the table of all vintages, as sentences."""
    return [*_step(connection, figure), *_revision(figure), *_others(connection, figure)]


def _step(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> Iterator[str]:
    if figure["unit"] != "USD" or figure.get("value") is None:
        return
    rows = _same(connection, figure, f"year = {figure['year'] - 1} and is_latest and source = $source")
    for row in rows[:1]:
        pair = [(row["year"], row["value"], row["obs_status"]), (figure["year"], figure["value"], figure["obs_status"])]
        if large_steps(pair):
            change = 100 * (figure["value"] / row["value"] - 1)
            yield f"{LARGE_STEP.capitalize()}: {change:+.0f} percent from {row['value']:,.0f} in {row['year']}."


def _revision(figure: Mapping[str, Any]) -> Iterator[str]:
    if day := figure.get("revised_since"):
        yield (
            f"The publisher has revised its year since, on {day}; this release has no later figure of this series, "
            "unless listed here."
        )


def _others(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> Iterator[str]:
    for row in _same(connection, figure, "year = $year and is_latest and source <> $source"):
        if differ(figure.get("value"), row["value"]):
            edition = vintage_text(row["vintage"], row.get("vintage_basis", ""))
            yield f"Another publisher's figure of the same: {row['value']:,.15g} ({row['source']}, vintage {edition})."


def _same(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    """Return the figures of the same thing that a condition selects, newest vintage first."""
    same = " and ".join(f"{column} is not distinct from ${column}" for column in _THING)
    sql = f"select * from {ALL_VINTAGES} where {same} and {where} order by vintage desc, source"
    values = {
        column: figure.get(column) for column in (*_THING, "source", "year") if f"${column}" in f"{same} {where} "
    }
    return dicts(connection.execute(sql, values))
