"""The release as a Croissant description, from its data package: every Parquet file, and every table as a record set."""

from collections.abc import Mapping
from typing import Any, Final

NAME: Final = "croissant.json"

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

_TYPES: Final = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}
"""Types of a table schema as types of schema.org."""


def croissant(package: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of ``croissant.json`` for that of ``datapackage.json``; a table without rows is not in it.

    Croissant has no place for terms of a publisher: a licence is its address where it has an identifier, else its words.
    """
    tables = [table for table in package["resources"] if table["rows"]]
    licences = package.get("licenses", ())
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": f"{_CR}1.0",
        "name": package["name"],
        "description": package["description"],
        "url": "site/index.html",
        "version": _version(package),
        "datePublished": package["created"][:10],
        "keywords": package["keywords"],
        "creator": {"@type": "sc:Organization", "name": "Bilateral", "url": "site/index.html"},
        "license": [licence["path"] if "name" in licence else licence["title"] for licence in licences],
        "citeAs": f"Bilateral, release {package['version']}, {package['created'][:10]}.",
        "distribution": [_file(table) for table in tables],
        "recordSet": [_record_set(table) for table in tables],
    }


def _version(package: Mapping[str, Any]) -> str:
    """Return a semantic version, which Croissant requires: the day of the release, and its id as the mark of the build."""
    year, month, day = (int(part) for part in package["created"][:10].split("-"))
    return f"{year}.{month}.{day}+{package['version']}"


def _file(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": table["path"],
        "name": table["path"],
        "contentUrl": table["path"],
        "contentSize": f"{table['bytes']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": table["hash"].removeprefix("sha256:"),
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
        "field": [_field(table, field) for field in schema["fields"]],
    }


def _field(table: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    unit = f" Unit: {', '.join(field['units'])}." if "units" in field else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table['name']}/{field['name']}",
        "name": field["name"],
        "description": f"{field['description']}{unit}",
        "dataType": _TYPES.get(field["type"], "sc:Text"),
        "source": {"fileObject": {"@id": table["path"]}, "extract": {"column": field["name"]}},
    }
