"""The files that each asset is made by, as code references in the Dagster UI: of this machine, or of the repository where it is set."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import dagster as dg
from dagster._core.definitions.metadata.source_code import merge_code_references
from dagster._utils.warnings import disable_dagster_warnings

from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

REPOSITORY = "BILATERAL_REPOSITORY"
"""The environment variable with the address of the repository and, behind ``#``, its branch: https://github.com/owner/name#main."""

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
    """The same assets with the files that each is made by.

    Raises:
        BilateralError: BILATERAL_REPOSITORY is no address of a repository.
    """
    repository = environment.get(REPOSITORY, "").strip()
    tables = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")}

    def add(spec: dg.AssetSpec) -> dg.AssetSpec:
        files = [path for path in files_of(spec.key, tables) if (settings.root / path).is_file()]
        return merge_code_references(spec, [_reference(settings, path, repository) for path in files])

    with disable_dagster_warnings():  # Dagster calls code references beta, once for each of a thousand
        return list(dg.map_asset_specs(add, assets))


def files_of(key: dg.AssetKey, tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The files of an asset, by their paths in the repository; ``tables`` are the models and seeds of the manifest by name."""
    layer, name = key.path[0], key.path[-1]
    if layer in _OF_SOURCE:
        return [_CATALOGUE if key.path[1] == "catalogue" else f"orchestration/sources/{key.path[1]}.py"]
    if layer == "release":
        return list(_RELEASE)
    node = tables[name]
    described = str(node.get("patch_path") or "").partition("://")[2]
    of_dbt = [f"dbt_project/{path}" for path in (node["original_file_path"], described) if path]
    suite = [f"expectations/{name}.py"] if node["path"].startswith("metrics/") else []
    return [*of_dbt, *suite]


def _reference(settings: Settings, path: str, repository: str) -> dg.LocalFileCodeReference | dg.UrlCodeReference:
    name = path.rpartition("/")[2]  # the UI cuts longer ones
    if not repository:
        return dg.LocalFileCodeReference(file_path=str(settings.root / path), label=name)
    return dg.UrlCodeReference(url=f"{_files_at(repository)}/{path}", label=name)


def _files_at(repository: str) -> str:
    """The address below which a repository shows its files."""
    address, _, branch = repository.partition("#")
    parts = urlsplit(address.removesuffix("/").removesuffix(".git"))
    if parts.scheme not in ("http", "https") or parts.path.count("/") < 2 or parts.username or parts.query:
        raise BilateralError(
            f"{REPOSITORY} is not the address of a repository such as https://github.com/owner/name#main",
            remedy="correct it: scheme, host, owner and name, then # and the branch; without a user or a password",
        )
    between = "/-/blob/" if "gitlab" in (parts.hostname or "") else "/blob/"
    return f"{parts.geturl()}{between}{branch or 'main'}"
