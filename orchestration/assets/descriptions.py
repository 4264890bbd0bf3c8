"""Descriptions, tags, links and code references of assets in the Dagster UI."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeAlias

import dagster as dg

from orchestration.core.errors import BilateralError
from orchestration.core.page_paths import LATEST, PAGES, guard_report
from orchestration.core.settings import Settings

REPOSITORY = "BILATERAL_REPOSITORY"
"""The environment variable with the address of the repository and, after ``#``, its branch: https://github.com/owner/name#main."""

SOURCE_TAG = "bilateral/source"
"""The tag of every asset that belongs to one source, from the publisher's data sets to staging."""

Asset: TypeAlias = dg.AssetsDefinition | dg.AssetSpec
_FACTS = ("formula", "unit", "grain", "cadence", "sources", "awaits", "caveats")
"""The parts of a metric's ``config.meta`` that are shown, in their order."""


def description(node: Mapping[str, Any]) -> str:
    """Return the description of a model, seed or source, a metric's formula and caveats, and the code of a model."""
    meta = node.get("config", {}).get("meta", {})
    facts = [f"**{name.replace('_', ' ').capitalize()}:** {_words(meta[name])}" for name in _FACTS if meta.get(name)]
    parts = [str(node.get("description") or f"{node['resource_type']} {node['name']}").strip(), *facts]
    if node["resource_type"] == "model":
        language = "python" if node.get("language") == "python" else "sql"
        parts.append(f"```{language}\n{node['raw_code'].strip()}\n```")
    return "\n\n".join(parts)


def page_links(node: Mapping[str, Any]) -> dict[str, dg.MetadataValue[str]]:
    """Return the pages about a metric, in the release and among its guards; none about other models."""
    if not is_metric(node):
        return {}
    page = link(f"release/site/metrics/{node['name']}.html")
    return {"page in the release": page, "guard report": link(guard_report(LATEST, node["name"]))}


def link(path: str) -> dg.MetadataValue[str]:
    """Return a link to a page that ``bilateral serve`` serves beside the UI."""
    return dg.MetadataValue.url(f"{PAGES}/{path}")


def code_references(settings: Settings, *paths: str) -> dict[str, dg.CodeReferencesMetadataValue]:
    """Return the metadata with the files, relative to the root, that define an asset."""
    references: list[dg.LocalFileCodeReference | dg.UrlCodeReference] = [
        dg.LocalFileCodeReference(file_path=str(settings.root / path), label=PurePosixPath(path).name) for path in paths
    ]
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=references)}


def linked_to_repository(assets: Sequence[Asset], settings: Settings) -> Sequence[Any]:
    """Return the assets with code references into the repository of BILATERAL_REPOSITORY, or unchanged without one.

    Raises:
        BilateralError: BILATERAL_REPOSITORY is not the address of a repository.
    """
    address, _, branch = os.environ.get(REPOSITORY, "").strip().partition("#")
    if not address:
        return assets
    files = dg.AnchorBasedFilePathMapping(settings.root / "pyproject.toml", "pyproject.toml")
    try:
        if "@" in address or not address.startswith("https://"):
            raise ValueError
        return dg.link_code_references_to_git(assets, address.removesuffix(".git"), branch or "main", files)
    except ValueError:
        failure = f"{REPOSITORY} is not the address of a repository at GitHub or GitLab"
        remedy = "write https://github.com/owner/name#main, without a user or a password"
        raise BilateralError(failure, remedy=remedy) from None


def tags(node: Mapping[str, Any]) -> dict[str, str]:
    """Return the tag of the source that a staging model or a dbt source belongs to."""
    if node["resource_type"] == "source":
        return {SOURCE_TAG: node["source_name"]}
    path = PurePosixPath(node["path"])
    return {SOURCE_TAG: path.parts[1]} if path.parts[0] == "staging" else {}


def kinds(node: Mapping[str, Any]) -> set[str]:
    """Return what computes a table, and for a metric what guards it."""
    engine = "pandas" if node.get("language") == "python" else "duckdb"
    return {"dbt", engine, *(["greatexpectations"] if is_metric(node) else [])}


def is_metric(node: Mapping[str, Any]) -> bool:
    """Return whether a model is a published metric."""
    return node["resource_type"] == "model" and str(node.get("path", "")).startswith("metrics/")


def _words(value: object) -> str:
    if not isinstance(value, list):
        return f"`{value}`" if isinstance(value, dict) else str(value)
    texts = [str(item) for item in value]
    if all(len(text) < 40 for text in texts):
        return ", ".join(texts)
    return "\n" + "\n".join(f"- {text}" for text in texts)
