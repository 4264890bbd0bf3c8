"""The files that define each asset, as code references in the Dagster UI: on this machine, or in the repository."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import dagster as dg

from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

REPOSITORY = "BILATERAL_REPOSITORY"
"""The environment variable with the address of the repository and, after ``#``, its branch: https://github.com/owner/name#main."""

Assets: TypeAlias = list[dg.AssetsDefinition | dg.AssetSpec]

_OF_SOURCE = ("publishers", "raw", "vintages")
_CATALOGUE = "orchestration/catalog/catalog_tables.py"
_RELEASE = ("orchestration/assets/release_asset.py", "orchestration/releases/publish.py")


def with_code_references(
    assets: Iterable[dg.AssetsDefinition | dg.AssetSpec],
    settings: Settings,
    manifest: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
) -> Assets:
    """Return the same assets with the files that define them.

    Raises:
        BilateralError: BILATERAL_REPOSITORY is not the address of a repository.
    """
    address = environment.get(REPOSITORY, "").strip()
    base = _files_at(address) if address else ""
    tables = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")}

    def add(spec: dg.AssetSpec) -> dg.AssetSpec:
        paths = [path for path in files_of(spec.key, tables) if (settings.root / path).is_file()]
        references = [_reference(settings, path, base) for path in paths]
        value = dg.CodeReferencesMetadataValue(code_references=references)
        return spec.merge_attributes(metadata={"dagster/code_references": value})

    return list(dg.map_asset_specs(add, assets))


def _reference(settings: Settings, path: str, base: str) -> dg.LocalFileCodeReference | dg.UrlCodeReference:
    name = path.rpartition("/")[2]  # the UI cuts longer ones
    if base:
        return dg.UrlCodeReference(url=f"{base}/{path}", label=name)
    return dg.LocalFileCodeReference(file_path=str(settings.root / path), label=name)


def _files_at(repository: str) -> str:
    """Return the address below which a repository shows its files."""
    match = re.fullmatch(r"(https?://[\w.-]+(?:/[\w.-]+?){2,})(?:\.git)?/?(?:#(.+))?", repository)
    if match is None:
        raise BilateralError(
            f"{REPOSITORY} is not the address of a repository such as https://github.com/owner/name#main",
            remedy="correct it: scheme, host, owner and name, then # and the branch; without a user or a password",
        )
    return f"{match[1]}{'/-' if 'gitlab' in match[1] else ''}/blob/{match[2] or 'main'}"


def files_of(key: dg.AssetKey, tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the files of an asset, relative to the root; ``tables`` are the models and seeds of the manifest by name."""
    layer, name = key.path[0], key.path[-1]
    if layer in _OF_SOURCE:
        return [_CATALOGUE if key.path[1] == "catalogue" else f"orchestration/sources/{key.path[1]}.py"]
    if layer == "release":
        return list(_RELEASE)
    node = tables[name]
    properties = str(node.get("patch_path") or "").partition("://")[2]
    files = [f"dbt_project/{path}" for path in (node["original_file_path"], properties) if path]
    return [*files, f"expectations/{name}.py"] if node["path"].startswith("metrics/") else files
