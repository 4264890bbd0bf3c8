"""What every unit test of dbt must show besides: rows of another publisher, vintage, year or area change nothing of the first.

Each unit test is tried again with a copy of its rows that differs in one column. A model either gives the same figures
again for the copy or leaves the copy out; it never mixes the two. A last variation gives all inputs one status, which the
figures then have. Models that compare or combine such rows by design are in ``kept_apart.yml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import yaml

from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from tests.mutation.sql_project import CompiledProject, UnitTest

FILE = Path(__file__).with_suffix(".yml")

AREAS = {"area", "counterpart_area", "reporter", "partner", "exporter", "importer", "origin", "office", "member_area"}
"""Columns of areas; the variation ``areas`` renames all countries in all of them at once."""

VARIED = ("source", "vintage", "year", "item", "basis", "areas")
STATUSES = ("U", "E", "P", "A")
"""A figure that a model calls of low reliability (U) itself stays so, whatever the status of its inputs."""

Columns = Mapping[str, str]
"""The columns of a table, each with its type."""


def mixed(path: Path = FILE) -> set[tuple[str, str]]:
    """The models that compare or combine rows by design, each with the variation in which they do."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {(model, entry["variation"]) for entry in entries if entry["reason"] for model in entry["models"]}


def kept_apart(project: CompiledProject, model: str) -> list[UnitTest]:
    """The unit tests of a model with a copy of their rows, one for every column in which the copy differs."""
    left_out = {variation for name, variation in mixed() if name == model}
    with duckdb.connect() as connection:
        return [one for test in project.unit_tests(model) for one in _varied(connection, test, left_out)]


def _varied(connection: duckdb.DuckDBPyConnection, test: UnitTest, left_out: set[str]) -> Iterator[UnitTest]:
    tables = {name: _columns(connection, query) for name, query in test.fixtures.items()}
    shown = _columns(connection, test.expected)
    for variation in VARIED:
        doubled = {name: _with_copy(test.fixtures[name], columns, variation) for name, columns in tables.items()}
        if variation not in left_out and doubled != test.fixtures:
            seen = any(_renamed(column, kind, variation) for column, kind in shown.items())
            again = (
                _with_copy(test.expected, shown, variation) if seen else f"{test.expected} union all {test.expected}"
            )
            name = f"{test.name}, beside another {variation}"
            yield replace(test, name=name, fixtures=doubled, expected=again, or_expected=test.expected)
    for status in STATUSES if "obs_status" in shown else ():
        fixtures = {name: _of_status(test.fixtures[name], columns, status) for name, columns in tables.items()}
        if fixtures != test.fixtures:
            name = f"{test.name}, all of status {status}"
            expected, or_expected = (_of_status(test.expected, shown, status, but) for but in ("", "U"))
            if status == "U" or "status" not in left_out:
                yield replace(test, name=name, fixtures=fixtures, expected=expected, or_expected=or_expected)


def _columns(connection: duckdb.DuckDBPyConnection, query: str) -> Columns:
    return {row[0]: row[1].split("(")[0] for row in connection.execute(f"describe {query}").fetchall()}


def _renamed(column: str, kind: str, variation: str) -> str:
    """SQL of what a copy has in a column; empty where it has the same."""
    if kind == "VARCHAR" and column in AREAS and variation == "areas":
        return f"case when {quoted(column)} in ('W00', 'WXD') then {quoted(column)} else {quoted(column)} || '2' end"
    if variation == "source" and kind == "VARCHAR" and (column == "source" or column.endswith("_source")):
        return f"replace({quoted(column)}, '+', '2+') || '2'"
    if kind == "DATE" and (column == variation or (variation == "vintage" and "vintage" in column)):
        return f"cast({quoted(column)} - interval 10 year as date)"
    if kind in ("INTEGER", "BIGINT") and (column == variation or (variation == "year" and column == "base_year")):
        return f"{quoted(column)} - 20"
    return f"{quoted(column)} || '2'" if kind == "VARCHAR" and column == variation else ""


def _with_copy(query: str, columns: Columns, variation: str) -> str:
    renamed = {column: sql for column, kind in columns.items() if (sql := _renamed(column, kind, variation))}
    if not renamed:
        return query
    changes = ", ".join(f"{sql} as {quoted(column)}" for column, sql in renamed.items())
    differs = " or ".join(f"{sql} is distinct from {quoted(column)}" for column, sql in renamed.items())
    return f"with rows as ({query}) from rows union all select * replace ({changes}) from rows where {differs}"


def _of_status(query: str, columns: Columns, status: str, but: str = "") -> str:
    named = [quoted(column) for column in columns if column == "obs_status"]
    changes = ", ".join(
        f"case when {one} in ('A', 'P', 'E', 'U') and {one} <> {text(but)} then {text(status)} else {one} end as {one}"
        for one in named
    )
    return f"select * replace ({changes}) from ({query})" if named else query
