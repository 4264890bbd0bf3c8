"""Models and tests of a published release, run again on other raw files.

One dbt process for each fault would take hours. Here the SQL that dbt compiled for the release runs in a copy of its
build.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.files import read_json
from orchestration.guards.evaluate import validate
from orchestration.guards.guard_columns import guarded_rows
from orchestration.guards.suite_results import SuiteResult
from orchestration.guards.suites import load_suite
from orchestration.releases.lineage import unexplained
from orchestration.transform.build import Build
from orchestration.transform.project import Project

RUN = "replayed"
ROWS_SHOWN = 5


class FailedTest(NamedTuple):
    """A dbt test that failed: its id, and its name, file and first rows."""

    node: str
    message: str


class Replay:
    """The models and tests of a finished build, run again on other raw files in a copy of its database.

    Models in Python, and what is below them, are left out: what they would catch does not count.
    """

    def __init__(self, build: Build, folder: Path, raw: Path) -> None:
        self.raw = raw
        self.manifest = manifest = read_json(build.artifacts[0])
        self.nodes: dict[str, Any] = manifest["nodes"]
        self.sources: dict[str, Any] = manifest["sources"]
        self.children: dict[str, list[str]] = manifest["child_map"]
        self.parents: dict[str, list[str]] = manifest["parent_map"]
        self.metrics = list(build.project.metrics)
        written = re.compile(f"[^'\"]*/{build.folder.name}/raw")  # also of a build whose folder was moved
        self.sql = {
            item["unique_id"]: written.sub(str(raw), str(item["compiled_code"]))
            for item in build.run_results()
            if item.get("compiled_code") and self.nodes.get(item["unique_id"], {}).get("language") == "sql"
        }
        database = folder / build.database.name  # the name is the catalogue's in all of dbt's SQL
        shutil.copyfile(build.database, database)
        # tables are small, so that a second thread costs more than it brings
        config: dict[str, Any] = {"enable_external_file_cache": "false", "threads": 1}
        self.connection = duckdb.connect(str(database), config=config)
        self.connection.execute(f"attach '{build.database}' as published (read_only)")
        for key in self.sql:  # in the order in which dbt ran them
            if self.nodes[key]["resource_type"] == "model" and self.nodes[key]["config"]["materialized"] == "view":
                self._write(key)  # the one in the copy reads the files of the published build

    def below(self, *sources: str) -> list[str]:
        """The models and tests below the raw tables of sources and the origin cards, parents first."""
        below = _reachable(self.children, *self._tables_of(*sources), *self._cards())
        left_out = {key for key in below if self.nodes.get(key, {}).get("language") == "python"}
        kept = {key for key in below - left_out - _reachable(self.children, *left_out) if key in self.sql}

        @cache
        def depth(key: str) -> int:
            return 1 + max((depth(parent) for parent in self.parents[key] if parent in kept), default=0)

        return sorted(kept, key=lambda key: (depth(key), key))

    def _tables_of(self, *sources: str) -> set[str]:
        return {key for key, node in self.sources.items() if node["source_name"] in sources}

    def _cards(self) -> set[str]:
        return {key for key in self._tables_of("catalogue") if self.sources[key]["name"] == "payloads"}

    def failing_tests(self, *sources: str) -> Iterator[FailedTest]:
        """Yield every dbt test below sources that fails, with its rows; models are built when a test reads them."""
        below = self.below(*sources)
        changed = self._tables_of(*sources) | self._cards()
        outdated = [key for key in below if self.nodes[key]["resource_type"] == "model"]
        tests = [key for key in below if self.nodes[key]["resource_type"] == "test"]
        # tests of reviewed figures first: they compare every figure and need few models
        for key in sorted(tests, key=lambda key: "reviewed" not in key):
            read = _reachable(self.parents, key)
            self._build([model for model in outdated if model in read], changed)
            outdated = [model for model in outdated if model not in read]
            if not changed.isdisjoint(self.parents[key]):
                yield from self._failures(key)
        self._build(outdated, changed)

    def _build(self, models: list[str], changed: set[str]) -> None:
        """Build the models that read tables in ``changed``, and add those that differ from the build to it."""
        for key in models:
            if changed.isdisjoint(self.parents[key]):
                continue
            if self._write(key) == "view" or self.differs(self.nodes[key]["relation_name"]):
                changed.add(key)

    def _write(self, model: str) -> str:
        """Create the view or table of a model; return which of the two it is."""
        node = self.nodes[model]
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        self.connection.execute(f"create or replace {kind} {node['relation_name']} as {self.sql[model]}")
        return kind

    def _failures(self, test: str) -> Iterator[FailedTest]:
        node = self.nodes[test]
        cursor = self.connection.execute(self.sql[test])
        names = [column[0] for column in cursor.description or ()]
        if rows := [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(ROWS_SHOWN)]:
            yield FailedTest(test, "\n".join([node["name"], node["original_file_path"], *map(str, rows)]))

    def failing_suites(self, expectations: Path) -> Iterator[SuiteResult]:
        """Yield every suite that fails on a metric that differs from the build."""
        for metric in self.metrics:
            if self.differs(table := f'"warehouse".metrics.{metric}'):
                with self.connection.cursor() as cursor:
                    result = validate(load_suite(expectations, metric), guarded_rows(cursor, table))
                if not result.passed:
                    yield result

    def unexplained(self) -> list[str]:
        """Return what is wrong with the explanations of figures, as publication would find it."""
        self.connection.execute("use warehouse.marts")
        figures = " union all by name ".join(f"from warehouse.metrics.{metric}" for metric in self.metrics)
        self.connection.execute(f"create or replace temp table {ALL_VINTAGES} as {figures}")
        payloads = self.connection.execute("select distinct payload_sha256 from dim_payload").fetchall()
        lineages = Project(self.manifest).lineages
        faults = unexplained(self.connection, lineages, self.metrics, [payload for (payload,) in payloads])
        schemas = {name: "metrics" if name in self.metrics else "marts" for name in lineages}
        tables = [fault.partition(":")[0] for fault in faults]
        changed = {table for table in tables if self.differs(f'"warehouse".{schemas[table]}.{table}')}
        return [fault for fault, table in zip(faults, tables, strict=True) if table in changed]

    def differs(self, now: str) -> bool:
        """Return whether a table has other rows than in the published build."""
        then = now.replace('"warehouse"', "published", 1)
        differing = f"(from {now} except all from {then}) union all (from {then} except all from {now})"
        return bool(self.connection.execute(f"select 1 from ({differing}) limit 1").fetchall())


def _reachable(edges: Mapping[str, list[str]], *first: str) -> set[str]:
    """Return the nodes that edges lead to from the first ones, directly or not."""
    reached, queue = set[str](), list(first)
    while queue:
        new = set(edges.get(queue.pop(), ())) - reached
        reached |= new
        queue += new
    return reached
