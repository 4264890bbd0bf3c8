"""The dbt project, read once from the manifest of a parse or of a build: nodes, metrics, lineages and keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from orchestration.contracts.lineage import Lineage
from orchestration.core.errors import GuardError
from orchestration.core.files import read_json
from orchestration.transform.nodes import Node, Stated, node_of

REQUIRED_META = ("answer", "formula", "unit", "grain", "owner", "cadence", "inputs", "sources")


@dataclass(frozen=True)
class Metric:
    """A published metric as its model's ``.yml`` describes it."""

    name: str
    description: str
    meta: Stated

    @property
    def answer(self) -> Stated:
        """Rule for the metric's own table: question, bases, sources, `additive`; or `none` with the reason."""
        answer: Stated = self.meta["answer"]
        return answer


class Project:
    """The dbt project; no other module reads the manifest, except to hand it to dagster-dbt."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        groups = (("nodes", ""), ("sources", "source"), ("unit_tests", "unit_test"))
        entries = ((kind, manifest.get(group, {})) for group, kind in groups)
        self.nodes = {key: node_of(key, stated, kind) for kind, group in entries for key, stated in group.items()}
        name = manifest.get("metadata", {}).get("project_name")
        self.macros: dict[str, Stated] = {
            macro["name"]: macro for macro in manifest.get("macros", {}).values() if macro["package_name"] == name
        }

    def of_kind(self, *kinds: str) -> list[Node]:
        """Return the nodes of these kinds."""
        return [node for node in self.nodes.values() if node.kind in kinds]

    @cached_property
    def models(self) -> dict[str, Node]:
        """The models by name."""
        return {node.name: node for node in self.of_kind("model")}

    @cached_property
    def published(self) -> dict[str, Node]:
        """The marts and metrics by name."""
        return {name: node for name, node in self.models.items() if node.layer in ("marts", "metrics")}

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """The metrics by name.

        Raises:
            GuardError: a metric lacks a description or one of ``REQUIRED_META``.
        """
        nodes = [node for node in self.published.values() if node.is_metric]
        for node in nodes:
            lacking = [name for name in REQUIRED_META if not node.meta.get(name)]
            if lacking or not node.description.strip():
                raise GuardError(
                    f"{node.name} lacks {', '.join(lacking) or 'a description'}; "
                    f"a metric has a description and in its meta {', '.join(REQUIRED_META)}",
                    payload=node.file,
                    remedy=f"complete {node.name}.yml",
                )
        return {
            node.name: Metric(node.name, node.description, node.meta) for node in sorted(nodes, key=attrgetter("name"))
        }

    @cached_property
    def lineages(self) -> dict[str, Lineage]:
        """The declared inputs of every published table that has or needs some; raise GuardError if they are wrong."""
        from orchestration.transform.declared_inputs import lineages_of

        return lineages_of(self.published)

    def key_of(self, model: Node) -> list[str]:
        """Return the columns that identify a row, by primary key or test of uniqueness; [] without either.

        A test of uniqueness declares a key where each of its columns is never null.
        """
        tests = (test for test in self.of_kind("test") if test.attached == model.key and not test.config.get("where"))
        unique = (test.test for test in tests if test.test.get("name") == "unique_combination_of_columns")
        keys = (test["kwargs"]["combination_of_columns"] for test in unique)
        return model.primary_key() or list(next((key for key in keys if model.never_null.issuperset(key)), ()))

    def ancestors(self, key: str) -> set[str]:
        """Return the keys of the nodes that a node depends on, directly or not."""
        seen: set[str] = set()
        waiting = [key]
        while waiting:
            node = self.nodes.get(waiting.pop())
            new = set(node.parents if node else ()) - seen
            seen |= new
            waiting += new
        return seen

    def sources_of(self, model: Node) -> list[tuple[str, str]]:
        """Return source and table of the raw tables that a model reads, directly or through others."""
        tables = (self.nodes[key] for key in sorted(self.ancestors(model.key)) if key in self.nodes)
        return [(table.stated["source_name"], table.name) for table in tables if table.kind == "source"]


def read_project(manifest: Path) -> Project:
    """Return the project of a manifest, which is read again only if its file changed."""
    return _read(manifest, manifest.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(manifest: Path, stamp: int) -> Project:
    return Project(read_json(manifest))
