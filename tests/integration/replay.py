"""Models and tests of a published release, run again on other raw files, and the payloads of the bundle.

One dbt process for each fault would take hours. Here the SQL that dbt compiled for the release runs in a copy of its build.
"""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.core.files import read_json
from orchestration.guards.evaluate import validate
from orchestration.guards.guard_columns import guarded_rows
from orchestration.guards.suites import load_suite, metrics_of
from orchestration.ingestion.feeds import CARD_SUFFIX
from orchestration.transform.build import Build
from tests.integration.conftest import REPOSITORY

BUNDLE = REPOSITORY / "data" / "bundle"
RUN = "replayed"
ROWS_SHOWN = 5


@dataclass(frozen=True)
class Recorded:
    """One payload of the bundle."""

    source: str
    edition: str
    name: str

    @property
    def held(self) -> Mapping[str, tuple[dict[str, Any], bytes]]:
        """Every payload of its edition by file name: origin card and bytes."""
        return read_edition(BUNDLE / self.source / self.edition)

    @property
    def card(self) -> dict[str, Any]:
        return self.held[self.name][0]


@cache
def read_edition(folder: Path) -> Mapping[str, tuple[dict[str, Any], bytes]]:
    held = {}
    for path in sorted(folder.glob(f"*{CARD_SUFFIX}")):
        plain = path.with_name(path.name.removesuffix(CARD_SUFFIX))
        packed = plain.with_name(plain.name + ".gz")
        body = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
        held[plain.name] = (read_json(path), body)
    return held


@dataclass(frozen=True)
class Caught:
    """A guard that caught a fault, and its message."""

    message: str
    node: str = ""


class Replay:
    """The models and tests of a finished build, run again on other raw files in a copy of its database.

    Models in Python, and what is below them, are left out: what they would catch does not count.
    """

    def __init__(self, build: Build, folder: Path, raw: Path) -> None:
        self.raw = raw
        self.manifest = manifest = build.manifest()
        self.nodes: dict[str, Any] = manifest["nodes"]
        self.sources: dict[str, Any] = manifest["sources"]
        self.children: dict[str, list[str]] = manifest["child_map"]
        self.parents: dict[str, list[str]] = manifest["parent_map"]
        self.metrics = list(metrics_of(manifest))
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

    def failing_tests(self, *sources: str) -> Iterator[Caught]:
        """Yield every dbt test below sources that fails, with its rows. Models are built when a test reads them, the rest at the end."""
        below = self.below(*sources)
        otherwise = self._tables_of(*sources) | self._cards()
        outdated = [key for key in below if self.nodes[key]["resource_type"] == "model"]
        tests = [key for key in below if self.nodes[key]["resource_type"] == "test"]
        for key in sorted(
            tests, key=lambda key: "reviewed" not in key
        ):  # they compare every figure and need few models
            read = _reachable(self.parents, key)
            self._build([model for model in outdated if model in read], otherwise)
            outdated = [model for model in outdated if model not in read]
            if not otherwise.isdisjoint(self.parents[key]):
                yield from self._failures(key)
        self._build(outdated, otherwise)

    def _build(self, models: list[str], otherwise: set[str]) -> None:
        """Build the models that read tables in ``otherwise``, and add those that differ from the build to it."""
        for key in models:
            if otherwise.isdisjoint(self.parents[key]):
                continue
            node = self.nodes[key]
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            self.connection.execute(f"create or replace {kind} {node['relation_name']} as {self.sql[key]}")
            if kind == "view" or self.came_out_otherwise(node["relation_name"]):
                otherwise.add(key)

    def _failures(self, test: str) -> Iterator[Caught]:
        node = self.nodes[test]
        cursor = self.connection.execute(self.sql[test])
        names = [column[0] for column in cursor.description or ()]
        if rows := [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(ROWS_SHOWN)]:
            yield Caught("\n".join([node["name"], node["original_file_path"], *map(str, rows)]), test)

    def failing_suites(self, expectations: Path) -> Iterator[Caught]:
        """Every suite that fails on a metric that came out otherwise."""
        for metric in self.metrics:
            if self.came_out_otherwise(table := f'"warehouse".metrics.{metric}'):
                with self.connection.cursor() as cursor:
                    result = validate(load_suite(expectations, metric), guarded_rows(cursor, table))
                if not result.passed:
                    yield Caught(result.message())

    def came_out_otherwise(self, now: str) -> bool:
        """Whether a table has another row than in the published build."""
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
