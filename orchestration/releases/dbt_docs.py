"""dbt's documentation page for the build behind a release, in one self-contained file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import files
from pathlib import Path
from typing import Any

from orchestration.core.errors import ReleaseError
from orchestration.releases.published_table import Table

NAME = "dbt_docs.html"

_UNSHOWN = ("unrendered_config", "checksum", "created_at", "config_call_dict", "build_path", "root_path")
"""Properties of a node that only dbt uses; a quarter of the page. ``created_at`` is of no use in any other place either."""

_OF_ONE_RUN = ("generated_at", "invocation_id", "invocation_started_at", "run_started_at", "env", "user_id")
"""What dbt says of the one run that made the manifest; without it the page is the same for the same inputs, code and clock."""

_MAPS = ("parent_map", "child_map")
"""Parts of the manifest that list, for each node, others."""

_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)
"""Keeps the page from the network; its template contains a counter of visitors, which is off."""


def dbt_docs(manifest: Mapping[str, Any], tables: Iterable[Table], private: Mapping[Path, str]) -> str:
    """dbt's page template with the manifest, and with types and row counts of the published tables.

    Args:
        private: folders of this machine whose paths dbt wrote into the manifest, and what is shown instead.

    Raises:
        ReleaseError: the installed dbt has no page template, or several.
    """
    page = _template()
    metadata = {name: value for name, value in manifest.get("metadata", {}).items() if name not in _OF_ONE_RUN}
    nodes = {key: _shown(node) for key, node in manifest["nodes"].items()}
    shown = _undated(_in_order({**manifest, "metadata": metadata, "nodes": nodes}))
    page = page.replace("<head>", f"<head>{_POLICY}", 1)
    page = page.replace('"MANIFEST.JSON INLINE DATA"', _inline(shown, private), 1)
    return page.replace('"CATALOG.JSON INLINE DATA"', _inline(_catalog(manifest, tables), {}), 1)


def _template() -> str:
    """dbt's page, among the files that dbt installed; no code of dbt is imported for it."""
    found = [path for path in files("dbt-core") or () if path.match("docs/index.html")]
    if len(found) != 1:
        raise ReleaseError(
            f"dbt-core installed {len(found)} files docs/index.html; one is expected",
            remedy="install the pinned set of locks/requirements.lock again",
        )
    return found[0].read_text(encoding="utf-8")


def _shown(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name not in _UNSHOWN}


def _in_order(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with its entries by name: dbt lists them as its threads have read the files. Columns stay in their own order."""
    maps = {name: {key: sorted(ids) for key, ids in manifest.get(name, {}).items()} for name in _MAPS}
    by_name = {**manifest, **maps}
    return {name: dict(sorted(part.items())) if isinstance(part, Mapping) else part for name, part in by_name.items()}


def _undated(value: Any) -> Any:
    """The value without the moments at which dbt read a file."""
    if isinstance(value, Mapping):
        return {name: _undated(item) for name, item in value.items() if name != "created_at"}
    return [_undated(item) for item in value] if isinstance(value, list) else value


def _inline(content: Mapping[str, Any], private: Mapping[Path, str]) -> str:
    """JSON that is safe inside a script element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for folder, instead in private.items():
        text = text.replace(json.dumps(str(folder), ensure_ascii=False)[1:-1], instead)
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def _catalog(manifest: Mapping[str, Any], tables: Iterable[Table]) -> dict[str, Any]:
    """dbt's catalog of the tables of the release."""
    ids = {node["name"]: key for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    nodes = {
        ids[table.name]: {
            "unique_id": ids[table.name],
            "metadata": {
                "type": "table",
                "schema": "main",
                "name": table.name,
                "database": "warehouse",
                "comment": None,
            },
            "columns": {
                column.name: {"type": column.type, "index": at, "name": column.name, "comment": column.description}
                for at, column in enumerate(table.columns, start=1)
            },
            "stats": {
                "has_stats": _stat("has_stats", "Has stats", True, False),
                "rows": _stat("rows", "Rows", table.rows, True),
            },
        }
        for table in tables
        if table.name in ids
    }
    return {"metadata": {}, "nodes": nodes, "sources": {}, "errors": None}


def _stat(name: str, label: str, value: object, include: bool) -> dict[str, Any]:
    return {"id": name, "label": label, "value": value, "include": include, "description": label}
