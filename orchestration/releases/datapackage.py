"""The release as a Frictionless Data Package: every Parquet file with hash, schema, sources and licences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # readers of the package need its name alone, at once
    from orchestration.contracts.payload import Origin
    from orchestration.releases.citation import Edition

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

_OPEN_LICENCES = {"CC BY 4.0": {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}}
"""Licences with an identifier of the Open Definition; the terms of others are at their publisher."""


def field_type(kind: str) -> str:
    """Return a type of DuckDB as type of a Frictionless Table Schema."""
    return _TYPES.get(kind.partition("(")[0], "any")


def data_package(edition: Edition, resources: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content of ``datapackage.json``, by the profile ``data-package`` of version 1.

    Beyond the profile, a field of figures has ``units`` (codes of ``dim_unit``), a resource ``licences`` and ``citation``,
    and a source of the package its id, ``licence`` and ``citation``.
    """
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": "bilateral",
        "title": "Bilateral: what two economies exchange in ideas",
        "description": "Official figures on charges for the use of intellectual property, the services trade around "
        "them, and patent co-operation. The figures belong to their publishers: cite the source of each figure and keep "
        "to its licence. Every input is in origins.json.",
        "version": edition.id,
        "created": edition.published_at,
        "keywords": ["intellectual property", "trade in services", "patents", "official statistics"],
        "sources": edition.sources(),
        "resources": [
            {
                **resource,
                "profile": "data-resource",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "schema": {**resource["schema"], "missingValues": list(_EMPTY)},
            }
            for resource in resources
        ],
    }
    if licences := _licences(edition.origins):
        package["licenses"] = licences
    return package


def _licences(origins: Iterable[Origin]) -> list[Mapping[str, str]]:
    urls: dict[str, str] = {}
    for origin in origins:
        urls[origin.licence] = min(urls.get(origin.licence, origin.url), origin.url)
    return [{"title": title, "path": url, **_OPEN_LICENCES.get(title, {})} for title, url in sorted(urls.items())]
