"""Descriptions of a release for other programs (Data Package, Croissant, dbt), with citations and licences."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orchestration.contracts.payload import Origin

NAME, CROISSANT, DBT = "datapackage.json", "croissant.json", "dbt"

LONGEST = 600
"""Longest citation, in characters, that names every work; longer ones count works by publisher."""

TYPES: Final = {
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
"""DuckDB types as types of a Frictionless Table Schema; all others are ``any``."""

_EMPTY = ("nan", "NaT")
"""Text of an empty Parquet cell for programs that use pandas, such as frictionless. Empty text is a value."""

_OPEN_LICENCES = {"CC BY 4.0": {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}}
"""Licences with an Open Definition identifier; terms of others are at their publisher."""

_CR: Final = "http://mlcommons.org/croissant/"
_TERMS: Final = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": _CR,
    "rai": f"{_CR}RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS},
}
"""The context that Croissant 1.0 prescribes."""

_CROISSANT_TYPES: Final = {
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}
"""Types of a table schema as types of schema.org; all others are text."""


@dataclass(frozen=True)
class Edition:
    """Metadata of a release: id, moment in ISO 8601, and payloads."""

    id: str
    published_at: str
    origins: tuple[Origin, ...]

    def cited(self, table: str, sources: Collection[str], payloads: Container[str]) -> dict[str, Any]:
        """Return sources, licences and citation of a table made of these payloads of these sources.

        Many works are counted by publisher. Tables without payloads, such as revisions, cite every work of a source.
        """
        own = [origin for origin in self.origins if origin.source in sources]
        works = {origin.citation for origin in own if origin.sha256 in payloads} or {origin.citation for origin in own}
        shown = ("title", "path", "source", "citation")
        entries = {
            tuple(entry[name] for name in shown)
            for entry in self.sources()
            if entry["source"] in sources and entry["citation"] in works
        }
        full = citation(self.id, self.published_at, table, sorted(works))
        if len(full) > LONGEST:
            counts = Counter(title for title, _ in {(title, work) for title, _, _, work in entries})
            names = (f"{name} ({count} works)" if count > 1 else name for name, count in sorted(counts.items()))
            full = citation(self.id, self.published_at, table, names)
        return {
            "sources": [dict(zip(shown, entry, strict=True)) for entry in sorted(entries)],
            "licences": sorted({origin.licence for origin in own}),
            "citation": full,
        }

    def sources(self) -> list[dict[str, str]]:
        """Return an entry per publisher, licence and citation; a source may provide works of several publishers."""
        urls = _addresses(((item.source, item.publisher, item.licence, item.citation), item) for item in self.origins)
        return [
            {"title": publisher, "path": url, "source": source, "licence": licence, "citation": work}
            for (source, publisher, licence, work), url in urls.items()
        ]


def citation(release_id: str, published_at: str, table: str, works: Iterable[str]) -> str:
    """One line for a list of references.

    Args:
        published_at: the release's moment in ISO 8601; its day is cited.
        works: the publishers' own citations.
    """
    made = "; ".join(work.rstrip(". ") for work in works)
    return f"Bilateral, table {table}, release {release_id}, {published_at[:10]}." + (
        f" Made from: {made}." if made else ""
    )


def data_package(edition: Edition, resources: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content of ``datapackage.json``, by the profile ``data-package`` of version 1.

    Beyond the profile, fields of figures have ``units`` (codes of ``dim_unit``), resources ``licences`` and
    ``citation``, and sources of the package their id, ``licence`` and ``citation``.
    """
    licences = _addresses((origin.licence, origin) for origin in edition.origins)
    return {
        "profile": "data-package",
        "name": "bilateral",
        "title": "Bilateral: what two economies exchange in ideas",
        "description": "Official figures on charges for the use of intellectual property, the services trade around "
        "them, and patent co-operation. The figures belong to their publishers: cite the source of each figure and "
        "keep to its licence. Every input is in origins.json.",
        "version": edition.id,
        "created": edition.published_at,
        "keywords": ["intellectual property", "trade in services", "patents", "official statistics"],
        "licenses": [{"title": title, "path": url, **_OPEN_LICENCES.get(title, {})} for title, url in licences.items()],
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


def _addresses(origins: Iterable[tuple[Any, Origin]]) -> dict[Any, str]:
    """Return the first address of the payloads of every key, sorted by key."""
    urls: dict[Any, str] = {}
    for key, origin in origins:
        urls[key] = min(urls.get(key, origin.url), origin.url)
    return dict(sorted(urls.items()))


def croissant(package: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of ``croissant.json`` from that of ``datapackage.json``; tables without rows are omitted.

    Croissant has no field for a publisher's terms: a licence is its address if it has an identifier, else its text.
    The required semantic version is the day of the release, with its id as build metadata.
    """
    tables, day = [table for table in package["resources"] if table["rows"]], package["created"][:10]
    licences = package["licenses"]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": f"{_CR}1.0",
        "name": package["name"],
        "description": package["description"],
        "url": "site/index.html",
        "version": f"{'.'.join(str(int(part)) for part in day.split('-'))}+{package['version']}",
        "datePublished": day,
        "keywords": package["keywords"],
        "creator": {"@type": "sc:Organization", "name": "Bilateral", "url": "site/index.html"},
        "license": [licence["path"] if "name" in licence else licence["title"] for licence in licences],
        "citeAs": f"Bilateral, release {package['version']}, {day}.",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": table["path"],
                "name": table["path"],
                "contentUrl": table["path"],
                "contentSize": f"{table['bytes']} B",
                "encodingFormat": "application/x-parquet",
                "sha256": table["hash"].removeprefix("sha256:"),
            }
            for table in tables
        ],
        "recordSet": [_record_set(table) for table in tables],
    }


def _record_set(table: Mapping[str, Any]) -> dict[str, Any]:
    name, schema = table["name"], table["schema"]
    key = [{"@id": f"{name}/{column}"} for column in schema.get("primaryKey", ())]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": table["description"],
        **({"key": key} if key else {}),
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{field['name']}",
                "name": field["name"],
                "description": field["description"]
                + (f" Unit: {', '.join(field['units'])}." if "units" in field else ""),
                "dataType": _CROISSANT_TYPES.get(field["type"], "sc:Text"),
                "source": {"fileObject": {"@id": table["path"]}, "extract": {"column": field["name"]}},
            }
            for field in schema["fields"]
        ],
    }


def dbt_package(package: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dbt package by path: each table as a source on its Parquet file, its key as a test."""
    name = "bilateral"
    tables = [
        {
            "name": table["name"],
            "description": table["description"],
            "columns": [
                {
                    "name": field["name"],
                    "description": field["description"],
                    **({"config": {"meta": {"units": field["units"]}}} if "units" in field else {}),
                }
                for field in table["schema"]["fields"]
            ],
            "data_tests": [
                {"unique": {"name": f"key_of_{table['name']}", "arguments": {"column_name": f"({', '.join(key)})"}}}
                for key in [table["schema"].get("primaryKey")]
                if key
            ],
        }
        for table in package["resources"]
    ]
    location = "{{ var('bilateral_release') }}/parquet/{name}.parquet"
    source = {"name": name, "description": package["description"], "config": {"meta": {"external_location": location}}}
    return {
        "dbt_project.yml": {"name": f"{name}_release", "version": "1.0.0", "config-version": 2},
        f"models/{name}.yml": {"version": 2, "sources": [source | {"tables": tables}]},
    }
