"""Rules of the dbt project beyond what dbt enforces: layers, keys, contracts, descriptions."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orchestration.contracts.metric import COLUMN_TYPES
from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.transform.dbt_runner import parsed_manifest
from orchestration.transform.project import Project

pytestmark = pytest.mark.slow

Manifest = dict[str, Any]
Node = dict[str, Any]

MAY_READ = {
    "staging": {"source", "seed"},
    "intermediate": {"seed", "staging", "intermediate", "marts"},
    "marts": {"seed", "staging", "intermediate", "marts"},
    "metrics": {"intermediate", "marts", "metrics"},
    "on_metrics": {"seed", "staging", "intermediate", "marts", "metrics", "on_metrics"},
}
"""Which layers a layer may read. Intermediate models are steps towards a mart, and may begin from other marts."""

LAST_METRICS = {"ip_receipts_growth"}
"""Metrics that are made of what reads other metrics: growth from compared receipts."""


@pytest.fixture(scope="module")
def manifest(parsed_copy: Settings) -> Manifest:
    """The manifest of the current project."""
    content: Manifest = read_json(parsed_manifest(parsed_copy))
    return content


def of_type(manifest: Manifest, *types: str) -> Iterator[Node]:
    yield from (node for node in manifest["nodes"].values() if node["resource_type"] in types)


def layer(node: Node) -> str:
    """Return the folder of a model below ``models``, or the type of another node."""
    return str(node["fqn"][1]) if node["resource_type"] == "model" else str(node["resource_type"])


def storey(node: Node) -> str:
    """Return the layer of a node; models that read metrics are a layer of their own, in folders ``on_metrics``."""
    return "on_metrics" if "on_metrics" in node["fqn"] or node["name"] in LAST_METRICS else layer(node)


def models(manifest: Manifest, *layers: str) -> Iterator[Node]:
    yield from (node for node in of_type(manifest, "model") if layer(node) in layers)


def parents(manifest: Manifest, node: Node) -> Iterator[Node]:
    known = manifest["nodes"] | manifest["sources"]
    yield from (known[name] for name in node["depends_on"]["nodes"])


def skipping_a_layer(manifest: Manifest) -> list[str]:
    """Models that read a later layer, or skip one; a model that reads metrics belongs into a folder ``on_metrics``."""
    return [
        f"{node['name']} reads {parent['name']}"
        for node in of_type(manifest, "model")
        for parent in parents(manifest, node)
        if storey(parent) not in MAY_READ[storey(node)]
    ]


def undescribed(manifest: Manifest) -> list[str]:
    """Models, seeds, columns, raw tables and singular tests without a description.

    An intermediate model may describe no column: staging and marts describe them.
    """
    faults = []
    for node in (*of_type(manifest, "model", "seed"), *manifest["sources"].values()):
        carries_on = node["resource_type"] == "model" and layer(node) == "intermediate"
        if not node["description"].strip() or not (node["columns"] or carries_on):
            faults.append(node["name"])
        faults += [
            f"{node['name']}.{name}" for name, column in node["columns"].items() if not column["description"].strip()
        ]
    singular = (node for node in of_type(manifest, "test") if not node.get("test_metadata"))
    return faults + [node["name"] for node in singular if not node["description"].strip()]


def without_a_key(manifest: Manifest) -> list[str]:
    """Staging models and marts without a primary key or a test of uniqueness."""
    tested = {
        node["attached_node"]
        for node in of_type(manifest, "test")
        if (node.get("test_metadata") or {}).get("name") in ("unique", "unique_combination_of_columns")
    }
    return [
        node["name"]
        for node in models(manifest, "staging", "marts")
        if node["unique_id"] not in tested
        and not any(constraint["type"] == "primary_key" for constraint in node["constraints"])
    ]


def without_a_contract(manifest: Manifest) -> list[str]:
    """Published models without an enforced contract over all their columns and types."""
    return [
        node["name"]
        for node in models(manifest, "staging", "marts", "metrics")
        if not (node["contract"]["enforced"] and all(column["data_type"] for column in node["columns"].values()))
    ]


def metrics_of_another_shape(manifest: Manifest) -> list[str]:
    """Metrics whose columns and types are not those of the metric contract."""
    contract = list(COLUMN_TYPES.items())
    return [
        node["name"]
        for node in models(manifest, "metrics")
        if [(name, column["data_type"]) for name, column in node["columns"].items()] != contract
    ]


def formulas_without_an_example(manifest: Manifest) -> list[str]:
    """Facts, the profile and metrics that no dbt unit test computes by hand. Python models cannot have one."""
    shown, project = {test["model"] for test in manifest["unit_tests"].values()}, Project(manifest)
    in_python = {node["unique_id"] for node in of_type(manifest, "model") if node["original_file_path"].endswith(".py")}
    return [
        node["name"]
        for node in models(manifest, "marts", "metrics")
        if not node["name"].startswith("dim_")
        and node["name"] not in shown
        and not in_python & project.ancestors(node["unique_id"])
    ]


Rule = Callable[[Manifest], list[str]]
RULES: tuple[Rule, ...] = (
    *(skipping_a_layer, undescribed, without_a_key, without_a_contract, metrics_of_another_shape),
    formulas_without_an_example,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps_the_rule(rule: Rule, manifest: Manifest) -> None:
    assert rule(manifest) == [], rule.__doc__
