"""The compiled dbt project of one build: its models as trees, its unit tests as tables, its data tests as queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlglot
from orchestration.transform.table_rules import judged_by, judges_rules, query_of_each
from sqlglot import exp

from orchestration.core.files import read_json

FIXTURE, REF = "__dbt__cte__", "ref__"
"""How dbt names a fixture of a unit test; how a model's inputs are named here, on fixtures and on the built tables alike."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class UnitTest:
    """A unit test of a model: SQL of its fixtures by input, and what it expects of which columns; ``or_expected`` passes, too."""

    name: str
    fixtures: Mapping[str, str]
    columns: tuple[str, ...]
    expected: str
    or_expected: str = ""


@dataclass(frozen=True)
class DataTest:
    """A data test: a query that finds no row as long as it passes, and the tables that it reads."""

    name: str
    query: str
    tables: frozenset[str]


@dataclass(frozen=True)
class CompiledProject:
    """What dbt wrote into the ``target`` folder of a build of the project in ``folder``."""

    folder: Path
    target: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """dbt's manifest."""
        found: Mapping[str, Any] = read_json(self.target / "manifest.json")
        return found

    @cached_property
    def models(self) -> Mapping[str, Mapping[str, Any]]:
        """Models and seeds of the manifest by name."""
        nodes = self.manifest["nodes"].values()
        return {node["name"]: node for node in nodes if node["resource_type"] in ("model", "seed")}

    @cached_property
    def order(self) -> list[str]:
        """The names of all models, each behind those that it reads."""
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            for one in sorted(self.reads(name)):
                if one not in found:
                    visit(one)
            found[name] = None

        for name in sorted(self.models):
            visit(name)
        return list(found)

    def reads(self, name: str) -> set[str]:
        """The models and seeds that a model reads."""
        keys = self.models[name].get("depends_on", {}).get("nodes", ())
        return {self.manifest["nodes"][key]["name"] for key in keys if key in self.manifest["nodes"]}

    def tree(self, name: str) -> exp.Expr:
        """A model's statement, reading ``ref__<input>``."""
        return _with_refs(sqlglot.parse_one(self.models[name]["compiled_code"], dialect="duckdb"))

    def relation(self, name: str) -> str:
        """The name of a model's table in the database."""
        return str(self.models[name]["relation_name"])

    def not_null(self, name: str) -> list[str]:
        """The columns that the contract of a model forbids to be null."""
        columns = self.models[name]["columns"].values()
        return [one["name"] for one in columns if any(held["type"] == "not_null" for held in one["constraints"])]

    def primary_key(self, name: str) -> list[str]:
        """The columns of the key that the contract of a model declares; none without one."""
        held = [one for one in self.models[name].get("constraints", ()) if one["type"] == "primary_key"]
        return list(held[0]["columns"]) if held else []

    def unit_tests(self, model: str) -> list[UnitTest]:
        """The unit tests of a model, as dbt compiled them."""
        names = [one["name"] for one in self.manifest["unit_tests"].values() if one["model"] == model]
        return [self._unit_test(name) for name in sorted(names)]

    @cached_property
    def data_tests(self) -> Mapping[str, list[DataTest]]:
        """The data tests by the table that they read; one of several tables is under each."""
        found: dict[str, list[DataTest]] = defaultdict(list)
        for node in self.manifest["nodes"].values():
            if node["resource_type"] == "test":
                tables = frozenset(key.split(".")[-1] for key in node["depends_on"]["nodes"])
                rules = judged_by(node, self.manifest)
                queries = query_of_each(node["compiled_code"]) if judges_rules(node) else [node["compiled_code"]]
                for number, (rule, query) in enumerate(zip(rules, queries, strict=True), start=1):
                    of_table = f" {number}: {rule['name']}" if judges_rules(node) else ""
                    for table in tables:
                        found[table].append(DataTest(f"{node['name']}{of_table}", query, tables))
        return found

    @cached_property
    def _run_files(self) -> Mapping[str, Path]:
        return {path.stem: path for path in (self.target / "run").rglob("*.yml/models/**/*.sql")}

    def _unit_test(self, name: str) -> UnitTest:
        # what dbt ran: the model over its fixtures beside the rows that it expects
        whole = sqlglot.parse_one(self._run_files[name].read_text(), dialect="duckdb")
        actual, expected = (one.this for one in whole.args["with_"].expressions)
        tree = actual.args["from_"].this.this
        given = [one for one in tree.args["with_"].expressions if one.alias.startswith(FIXTURE)]
        fixtures = {one.alias.removeprefix(FIXTURE): one.this.sql("duckdb") for one in given}
        columns = tuple(one.alias_or_name for one in actual.selects[:-1])
        rows = expected.args["from_"].this.this.sql("duckdb")
        return UnitTest(name, fixtures, columns, rows)


def _with_refs(tree: exp.Expr) -> exp.Expr:
    """A statement whose inputs are named ``ref__<input>``, whatever dbt calls them."""
    tree = tree.copy()
    for table in list(tree.find_all(exp.Table)):
        is_built = bool(table.db) and isinstance(table.this, exp.Identifier)
        if is_built or table.name.startswith(FIXTURE):
            name = table.name.removeprefix(FIXTURE)
            alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name))
            joins = table.args.get("joins")
            table.replace(exp.Table(this=exp.to_identifier(REF + name), alias=alias, joins=joins))
    return tree
