"""dbt's own documentation page for the build behind a release, in one file that reads nothing else. Figures do not stand in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dbt.task.docs import DOCS_INDEX_FILE_PATH

from orchestration.releases.release_tables import Table

NAME = "dbt_docs.html"

_UNSHOWN = ("unrendered_config", "checksum", "created_at", "config_call_dict", "build_path")
"""What dbt notes of a node for its own use; a quarter of the page."""

_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)
"""The page brings a counter of visitors along, which is off; this keeps it, and everything else, from asking the network."""


def dbt_docs(manifest: Mapping[str, Any], tables: Iterable[Table], private: Iterable[Path]) -> str:
    """The page: dbt's template with the manifest, and with types and row counts of the published tables.

    Args:
        private: folders of this machine whose paths dbt wrote into the manifest; only their last part is shown.
    """
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    shown = {**manifest, "nodes": {key: _shown(node) for key, node in manifest["nodes"].items()}}
    page = page.replace("<head>", f"<head>{_POLICY}", 1)
    page = page.replace('"MANIFEST.JSON INLINE DATA"', _inline(shown, private), 1)
    return page.replace('"CATALOG.JSON INLINE DATA"', _inline(_catalog(manifest, tables), ()), 1)


def _shown(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name not in _UNSHOWN}


def _inline(content: Mapping[str, Any], private: Iterable[Path]) -> str:
    """JSON that may stand inside a script."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for folder in private:
        text = text.replace(json.dumps(str(folder), ensure_ascii=False)[1:-1], folder.name)
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def _catalog(manifest: Mapping[str, Any], tables: Iterable[Table]) -> dict[str, Any]:
    """What dbt would read back from a database, for the tables of the release."""
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
