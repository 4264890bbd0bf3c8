"""Descriptions of columns with links to what each is made from; the open-source UI stores column lineage and does not draw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg


def with_links(
    described: Mapping[str, Mapping[str, Any]], lineage: Mapping[str, Iterable[dg.TableColumnDep]]
) -> dict[str, dict[str, str]]:
    """The columns of a manifest's node with the columns that each is made from, as Markdown links in its description."""
    return {
        column: {
            "description": "\n\n".join(filter(None, [_description(described, column), _links(lineage.get(column, ()))]))
        }
        for column in described.keys() | lineage.keys()
    }


def _description(described: Mapping[str, Mapping[str, Any]], column: str) -> str:
    return str((described.get(column) or {}).get("description") or "")


def _links(deps: Iterable[dg.TableColumnDep]) -> str:
    """One link for each table, before its columns; empty for a column made from none, such as a constant."""
    columns: dict[dg.AssetKey, list[str]] = {}
    for dep in deps:
        columns.setdefault(dep.asset_key, []).append(f"`{dep.column_name}`")
    links = [
        f"[{'/'.join(key.path)}](/assets/{'/'.join(key.path)}) {', '.join(names)}" for key, names in columns.items()
    ]
    return f"From {'; '.join(links)}." if links else ""
