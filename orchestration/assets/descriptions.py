"""Descriptions of dbt models and tests in the Dagster UI, with formulas, and tags to search by; made from their ``.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

_FACTS = ("formula", "unit", "grain", "cadence", "sources", "awaits", "caveats")
"""The parts of a metric's ``config.meta`` that are shown, in their order."""

SOURCE_TAG = "bilateral/source"
"""The tag of every asset that belongs to one source, from the publisher's data sets to staging."""


def description(node: Mapping[str, Any]) -> str:
    """The description of a model, seed or source, a metric's formula and caveats, and the code of a model."""
    meta = node.get("config", {}).get("meta", {})
    facts = [f"**{name.replace('_', ' ').capitalize()}:** {_words(meta[name])}" for name in _FACTS if meta.get(name)]
    parts = [str(node.get("description") or f"{node['resource_type']} {node['name']}").strip(), *facts]
    if node["resource_type"] == "model":
        kind = "python" if node.get("language") == "python" else "sql"
        parts += [f"`dbt_project/{node['original_file_path']}`", f"```{kind}\n{node['raw_code'].strip()}\n```"]
    return "\n\n".join(parts)


def tags(node: Mapping[str, Any]) -> dict[str, str]:
    """The source that a staging model or a dbt source belongs to."""
    if node["resource_type"] == "source":
        return {SOURCE_TAG: node["source_name"]}
    path = PurePosixPath(node["path"])
    return {SOURCE_TAG: path.parts[1]} if path.parts[0] == "staging" else {}


def kinds(node: Mapping[str, Any]) -> set[str]:
    """What computes a table, and for a metric what guards it."""
    engine = "pandas" if node.get("language") == "python" else "duckdb"
    return {"dbt", engine, *(["greatexpectations"] if is_metric(node) else [])}


def is_metric(node: Mapping[str, Any]) -> bool:
    """Whether a model is a published metric."""
    return node["resource_type"] == "model" and str(node.get("path", "")).startswith("metrics/")


def check_description(test: Mapping[str, Any]) -> str:
    """The description of a dbt test or, where it has none, its kind and arguments; the column that it is about comes first."""
    column = f"`{test['column_name']}`: " if test.get("column_name") else ""
    if test.get("description"):
        return f"{column}{test['description']}"
    kind = test.get("test_metadata") or {}
    given = {name: value for name, value in (kind.get("kwargs") or {}).items() if name not in ("model", "column_name")}
    words = ", ".join(f"{name}: {_words(value)}" for name, value in given.items())
    return f"{column}{str(kind.get('name', test['name'])).replace('_', ' ')}{': ' if words else ''}{words}"


def _words(value: object) -> str:
    if not isinstance(value, list):
        return f"`{value}`" if isinstance(value, dict) else str(value)
    texts = [str(item) for item in value]
    if all(len(text) < 40 for text in texts):
        return ", ".join(texts)
    return "\n" + "\n".join(f"- {text}" for text in texts)
