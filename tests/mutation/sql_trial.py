"""Trial of changed SQL: on the unit tests of the model, then on a copy of a built database with everything that reads the model.

A change is killed by the first guard that notices: a unit test, a constraint or data test, the explanation of figures, a suite.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

import duckdb
from sqlglot import exp

from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.guards.evaluate import validate
from orchestration.guards.suites import load_suite
from orchestration.releases.figure_proof import unexplained
from orchestration.releases.lineage import lineage_from_json, lineage_json
from orchestration.releases.release_store import ALL_VINTAGES
from tests.mutation.sql_project import REF, CompiledProject, UnitTest

INVALID = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException, duckdb.NotImplementedException)
"""A statement that DuckDB does not accept is no mutant: nobody could build it."""

MOVED_SHOWN = 2
SECONDS = 120
"""A mutant whose tables take longer to build and to judge is killed: nobody would wait for it."""


class NoMutantError(Exception):
    """The changed statement is not valid SQL."""


@dataclass(frozen=True)
class Outcome:
    """``killed_by`` names the guard that noticed, empty for a survivor; ``moved`` are rows that a survivor changed."""

    killed_by: str
    moved: tuple[str, ...] = ()


class UnitTrial:
    """The unit tests of some models, prepared in one DuckDB in memory."""

    def __init__(self, tests_of: Callable[[str], Iterable[UnitTest]]) -> None:
        self._tests_of = tests_of
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self._numbers = count()
        self._prepared: dict[str, list[tuple[UnitTest, str, list[list[str]]]]] = {}

    def killer(self, model: str, tree: exp.Expr) -> str:
        """The first unit test of a model that a statement in its place fails; empty when all pass.

        Raises:
            NoMutantError: the statement is not valid SQL.
        """
        if model not in self._prepared:
            self._prepared[model] = [self._prepare(test) for test in self._tests_of(model)]
        statement = tree.sql("duckdb")
        for test, schema, expected in self._prepared[model]:
            self._connection.execute(f"set schema = {text(schema)}")
            columns = ", ".join(quoted(one) for one in test.columns)
            try:
                rows = self._rows(f"select {columns} from ({statement})")
            except INVALID as error:
                raise NoMutantError(str(error)) from error
            except duckdb.Error:
                return f"unit test {test.name}"
            if rows not in expected:
                return f"unit test {test.name}"
        return ""

    def _prepare(self, test: UnitTest) -> tuple[UnitTest, str, list[list[str]]]:
        schema = f"test_{next(self._numbers)}"
        self._connection.execute(f"create schema {quoted(schema)}")
        for name, rows in test.fixtures.items():
            self._connection.execute(f"create table {quoted(schema)}.{quoted(REF + name)} as {rows}")
        return test, schema, [self._rows(one) for one in (test.expected, test.or_expected) if one]

    def _rows(self, query: str) -> list[str]:
        return sorted(repr(row) for row in self._connection.execute(query).fetchall())


class BuiltTrial:
    """A copy of a built database, in which a changed model and everything that reads it are built again and judged.

    ``folder`` gets two copies of the database; the suites in ``expectations`` are those of the metrics.
    """

    def __init__(self, project: CompiledProject, database: Path, expectations: Path, folder: Path) -> None:
        self._project, self._expectations = project, expectations
        work = folder / database.name  # the names of relations begin with the name of the file
        shutil.copyfile(database, work)
        shutil.copyfile(database, folder / "original.duckdb")
        self._connection = duckdb.connect(str(work), config={"threads": 2, "memory_limit": "2GB"})
        self._connection.execute(f"attach {text(folder / 'original.duckdb')} as original (read_only)")
        self._catalog = database.stem
        self._lineage = lineage_from_json(lineage_json(project.manifest))
        self._connection.execute(f"create schema {self._catalog}.published")
        self._connection.execute(f"use {self._catalog}.published")
        for name in project.models:
            self._connection.execute(f"create view {quoted(REF + name)} as from {project.relation(name)}")
            if project.models[name]["path"].startswith("marts/") and name not in self._lineage.tables:
                self._connection.execute(f"create view {quoted(name)} as from {project.relation(name)}")
        for name in self._published():
            self._publish(name)
        self._publish_metrics()

    def outcome(self, model: str, tree: exp.Expr) -> Outcome:
        """What notices a statement in the place of a model's, and which rows it changes.

        Raises:
            NoMutantError: the statement is not valid SQL.
        """
        timer = Timer(SECONDS, self._connection.interrupt)
        timer.start()
        try:
            return self._outcome(model, tree)
        except duckdb.InterruptException:
            return Outcome("time limit")
        finally:
            timer.cancel()

    def _outcome(self, model: str, tree: exp.Expr) -> Outcome:
        with self._undone():
            try:
                changed = self._build(model, tree)
            except INVALID as error:
                raise NoMutantError(str(error)) from error
            except duckdb.InterruptException:
                raise
            except duckdb.Error as error:
                return Outcome(f"build: {str(error).splitlines()[0][:100]}")
            except Exception as error:  # a model in Python refuses what it is given
                return Outcome(f"build: {type(error).__name__}")
            killer = self._failed_constraint(changed) or self._failed_test(changed)
            killer = killer or self._unexplained(changed) or self._failed_suite(changed)
            return Outcome(killer, () if killer else tuple(self._moved(changed)))

    def _build(self, model: str, tree: exp.Expr) -> list[str]:
        """Build a model by another statement, then all models with a changed input; return those whose rows changed."""
        changed: dict[str, None] = {}
        for name in self._project.order:
            if name == model:
                self._replace(name, tree.sql("duckdb"))
            elif not changed.keys() & self._project.reads(name):
                continue
            elif self._project.models[name]["path"].endswith(".py"):
                self._replace_by_python(name)
            else:
                self._replace(name, self._tree(name))
            if self._differs(name):
                changed[name] = None
            elif name == model:
                return []
        return list(changed)

    def _tree(self, name: str) -> str:
        return self._project.tree(name).sql("duckdb")

    def _replace(self, name: str, statement: str) -> None:
        relation = self._project.relation(name)
        kind = "view" if self._project.models[name]["config"]["materialized"] == "view" else "table"
        columns = ", ".join(quoted(one) for one in self._columns(name))
        built = f"select {columns} from ({statement})"
        if kind == "table" and self._project.models[name]["contract"]["enforced"]:
            self._connection.execute(f"create temp table rebuilt as {built}")
            self._connection.execute(f"create or replace table {relation} as from original.{self._own(name)} limit 0")
            self._connection.execute(f"insert into {relation} from rebuilt")
            self._connection.execute("drop table rebuilt")
        else:
            self._connection.execute(f"create or replace {kind} {relation} as {built}")

    def _replace_by_python(self, name: str) -> None:
        path = self._project.folder / self._project.models[name]["original_file_path"]
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        refs = SimpleNamespace(
            config=lambda **_: None, ref=lambda one: self._connection.table(self._project.relation(one))
        )
        frame = module.model(refs, self._connection)  # noqa: F841  DuckDB reads it by its name
        columns = ", ".join(quoted(one) for one in self._columns(name))
        self._connection.execute(
            f"create or replace table {self._project.relation(name)} as select {columns} from frame"
        )

    def _columns(self, name: str) -> list[str]:
        found = self._connection.execute(f"describe original.{self._own(name)}").fetchall()
        return [str(row[0]) for row in found]

    def _own(self, name: str) -> str:
        node = self._project.models[name]
        return f"{quoted(node['schema'])}.{quoted(node['name'])}"

    def _differs(self, name: str) -> bool:
        digest = "select count(*), bit_xor(hash(rows)), sum(hash(rows)::hugeint % 1000000007) from {} as rows"
        before, after = (
            self._connection.execute(digest.format(table)).fetchall()
            for table in (f"original.{self._own(name)}", self._project.relation(name))
        )
        return before != after

    def _failed_constraint(self, changed: Iterable[str]) -> str:
        for name in changed:
            relation = self._project.relation(name)
            nulls = [f"{quoted(one)} is null" for one in self._project.not_null(name)]
            if nulls and self._any(f"select 1 from {relation} where {' or '.join(nulls)}"):
                return f"constraint of {name}: not null"
            key = ", ".join(quoted(one) for one in self._project.primary_key(name))
            if key and self._any(f"select {key} from {relation} group by {key} having count(*) > 1"):
                return f"constraint of {name}: primary key"
        return ""

    def _failed_test(self, changed: Iterable[str]) -> str:
        tests = {one.name: one for name in changed for one in self._project.data_tests.get(name, ())}
        for test in tests.values():
            if self._any(test.query):
                return f"data test {test.name}"
        return ""

    def _unexplained(self, changed: list[str]) -> str:
        published = [name for name in changed if name in self._published()]
        metrics = [name for name in changed if name in self._lineage.metrics]
        if not published and not metrics:
            return ""
        for name in published:
            self._publish(name)
        if metrics:
            self._publish_metrics()
        payloads = [row[0] for row in self._connection.execute("select payload_sha256 from dim_payload").fetchall()]
        found = unexplained(self._connection, self._lineage.tables, self._lineage.metrics, payloads)
        return f"explanation: {found[0].table}: {found[0].why}" if found else ""

    def _failed_suite(self, changed: Iterable[str]) -> str:
        for name in changed:
            if name in self._lineage.metrics:
                frame = self._connection.execute(f"from {self._project.relation(name)}").df()
                result = validate(load_suite(self._expectations, name), frame)
                if result.failures:
                    return f"suite of {name}: {result.failures[0].expected}"
        return ""

    def _published(self) -> set[str]:
        """The marts that figures are explained by."""
        return {name for name in self._lineage.tables if name not in self._lineage.metrics}

    def _publish(self, name: str) -> None:
        self._connection.execute(f"create or replace table {quoted(name)} as from {self._project.relation(name)}")

    def _publish_metrics(self) -> None:
        every = " union all by name ".join(f"from {self._project.relation(name)}" for name in self._lineage.metrics)
        self._connection.execute(f"create or replace table {ALL_VINTAGES} as {every}")

    def _moved(self, changed: list[str]) -> Iterator[str]:
        """The first changed rows of the last changed table that people read, before and after."""
        shown = [
            name for name in changed if not self._project.models[name]["path"].startswith(("staging", "intermediate"))
        ]
        for name in (shown or changed)[-1:]:
            before, after = f"original.{self._own(name)}", self._project.relation(name)
            for sign, one, other in (("-", before, after), ("+", after, before)):
                rows = self._connection.execute(f"from {one} except all from {other} order by all limit {MOVED_SHOWN}")
                names = [column[0] for column in rows.description or ()]
                for row in rows.fetchall():
                    held = zip(names, row, strict=True)
                    yield f"{sign} {name}: {', '.join(f'{key}={value}' for key, value in held if value is not None)}"

    def _any(self, query: str) -> bool:
        return bool(self._connection.execute(f"select 1 from ({query}) limit 1").fetchall())

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
        finally:
            self._connection.rollback()
