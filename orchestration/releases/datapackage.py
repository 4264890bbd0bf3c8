"""The release as a Frictionless Data Package: every Parquet file with hash, schema, sources and licences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.core.files import sha256_of
from orchestration.releases.release_store import parquet_path

if TYPE_CHECKING:  # readers of the package need its name alone, at once
    from orchestration.contracts.payload import Origin
    from orchestration.releases.citation import Edition
    from orchestration.releases.published_table import Column, Table

NAME = "datapackage.json"

_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "DECIMAL": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}
"""DuckDB's types as types of a Frictionless Table Schema; every other is ``any``."""

_EMPTY = ("nan", "NaT")
"""How an empty cell of a Parquet file looks to a program that reads it through pandas, such as frictionless. Empty text is a value."""

_OPEN_LICENCES = {"CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")}
"""Licences with an identifier of the Open Definition; the terms of others are at their publisher."""


def field_type(column: Column) -> str:
    """Return the type of a column in a Frictionless Table Schema."""
    return _TYPES.get(column.type.partition("(")[0], "any")


def data_package(folder: Path, edition: Edition, tables: Iterable[Table]) -> dict[str, Any]:
    """Return the content of ``datapackage.json`` for the tables in ``folder``, by the profile ``data-package`` of version 1.

    Beyond the profile, a field of figures has ``units`` (codes of ``dim_unit``), a resource ``licences`` and ``citation``,
    and a source of the package its id, ``licence`` and ``citation``.
    """
    sources = _sources(edition.origins)
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": "bilateral",
        "title": "Bilateral: what two economies exchange in ideas",
        "description": "Official figures on charges for the use of intellectual property, the services trade around "
        "them, and patent co-operation. The figures belong to their publishers: cite the source of each figure and keep "
        "to its licence. Columns are explained in dictionary.md, every input in origins.json.",
        "version": edition.id,
        "created": edition.published_at,
        "keywords": ["intellectual property", "trade in services", "patents", "official statistics"],
        "sources": sources,
        "resources": [_resource(folder, table, sources) for table in tables],
    }
    if licences := _licences(edition.origins):
        package["licenses"] = licences
    return package


def _resource(folder: Path, table: Table, sources: list[dict[str, str]]) -> dict[str, Any]:
    path = parquet_path(folder, table.name)
    return {
        "profile": "data-resource",
        "name": table.name,
        "path": str(path.relative_to(folder)),
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "rows": table.rows,
        "schema": {
            "fields": [_field(column) for column in table.columns],
            **({"primaryKey": list(table.key)} if table.key else {}),
            "missingValues": list(_EMPTY),
        },
        "sources": [
            {"title": title, "path": url, "source": source, "citation": work}
            for title, url, source, work in dict.fromkeys(
                (source["title"], source["path"], source["source"], source["citation"]) for source in sources
            )
            if source in table.sources and work in table.works
        ],
        "licences": list(table.licences),
        "citation": table.citation,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": field_type(column),
        "description": column.description,
    }
    example = {"example": column.example} if column.example else {}
    if column.required:
        field["constraints"] = {"required": True}
    return field | example | ({"units": list(column.units)} if column.units else {})


def _sources(origins: Iterable[Origin]) -> list[dict[str, str]]:
    """Return an entry for each publisher, licence and citation; a source may provide the works of several publishers."""
    urls: dict[tuple[str, ...], str] = {}
    for origin in origins:
        key = (origin.source, origin.publisher, origin.licence, origin.citation)
        urls[key] = min(urls.get(key, origin.url), origin.url)
    return [
        {"title": publisher, "path": url, "source": source, "licence": licence, "citation": citation}
        for (source, publisher, licence, citation), url in sorted(urls.items())
    ]


def _licences(origins: Iterable[Origin]) -> list[Mapping[str, str]]:
    urls: dict[str, str] = {}
    for origin in origins:
        urls[origin.licence] = min(urls.get(origin.licence, origin.url), origin.url)
    return [_licence(title, url) for title, url in sorted(urls.items())]


def _licence(title: str, url: str) -> Mapping[str, str]:
    if title in _OPEN_LICENCES:
        name, path = _OPEN_LICENCES[title]
        return {"name": name, "path": path, "title": title}
    return {"path": url, "title": title}
