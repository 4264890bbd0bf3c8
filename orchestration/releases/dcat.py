"""The release as a catalogue of data sets by DCAT-AP 3 in JSON-LD, from its data package: what a data portal harvests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from orchestration.releases.data_contracts import contract_path

NAME: Final = "dcat.jsonld"

_EU: Final = "http://publications.europa.eu/resource/authority/"
_MEDIA: Final = "http://www.iana.org/assignments/media-types/"
_CONTEXT: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_THEMES: Final = {"ECON": "Economy and finance", "TECH": "Science and technology"}
_AGENT: Final = "#bilateral"
_WHOLE: Final = "#release"


def dcat(package: Mapping[str, Any]) -> dict[str, Any]:
    """The content of ``dcat.jsonld`` for the content of ``datapackage.json``: a catalogue, the release and each of its tables.

    Addresses are relative to the file, so that they hold wherever the folder of the release is served.
    """
    tables = package["resources"]
    catalogue = {
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _english(package["title"]),
        "dct:description": _english(package["description"]),
        "dct:publisher": {"@id": _AGENT},
        "dct:issued": _moment(package["created"]),
        "dct:language": {"@id": f"{_EU}language/ENG", "@type": "dct:LinguisticSystem"},
        "dcat:dataset": [{"@id": _WHOLE}, *({"@id": f"#{one['name']}"} for one in tables)],
    }
    agent = {"@id": _AGENT, "@type": "foaf:Agent", "foaf:name": _english("Bilateral")}
    themes = [
        {"@id": f"{_EU}data-theme/{code}", "@type": "skos:Concept", "skos:prefLabel": _english(words)}
        for code, words in _THEMES.items()
    ]
    return {
        "@context": _CONTEXT,
        "@graph": [catalogue, agent, *themes, _release(package), *(_table(package, one) for one in tables)],
    }


def _release(package: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_data_set(package, _WHOLE, package["title"], package["description"]),
        "dct:hasPart": [{"@id": f"#{one['name']}"} for one in package["resources"]],
        "prov:wasDerivedFrom": [{"@id": address} for address in _addresses(package["sources"])],
        "dcat:distribution": [
            _distribution("warehouse.duckdb", "application/vnd.duckdb.file", "#release-duckdb", ()),
            _distribution("datapackage.json", "application/json", "#release-package", ()),
        ],
    }


def _table(package: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    identity = f"#{table['name']}"
    return {
        **_data_set(package, identity, table["name"], table["description"]),
        "dct:bibliographicCitation": table["citation"],
        "dct:conformsTo": {"@id": contract_path(table["name"]), "@type": "dct:Standard"},
        "prov:wasDerivedFrom": [{"@id": address} for address in _addresses(table["sources"])],
        "dcat:distribution": [
            _distribution(table["path"], table["mediatype"], f"{identity}-parquet", table["licences"])
            | {
                "dct:format": {"@id": f"{_EU}file-type/PARQUET", "@type": "dct:MediaTypeOrExtent"},
                "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(table["bytes"])},
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
                    "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": table["hash"].removeprefix("sha256:")},
                },
            }
        ],
    }


def _data_set(package: Mapping[str, Any], identity: str, title: str, description: str) -> dict[str, Any]:
    return {
        "@id": identity,
        "@type": "dcat:Dataset",
        "dct:identifier": f"{package['version']}{identity}",
        "dct:title": _english(title),
        "dct:description": _english(description),
        "dct:publisher": {"@id": _AGENT},
        "dct:issued": _moment(package["created"]),
        "dcat:version": package["version"],
        "dcat:keyword": [_english(one) for one in package["keywords"]],
        "dcat:theme": [{"@id": f"{_EU}data-theme/{code}"} for code in _THEMES],
    }


def _distribution(path: str, media_type: str, identity: str, licences: Iterable[str]) -> dict[str, Any]:
    terms = "; ".join(licences) or "The figures belong to their publishers; see the licences of the tables."
    return {
        "@id": identity,
        "@type": "dcat:Distribution",
        "dct:title": _english(path),
        "dcat:accessURL": {"@id": path, "@type": "rdfs:Resource"},
        "dcat:downloadURL": {"@id": path},
        "dcat:mediaType": {"@id": f"{_MEDIA}{media_type}", "@type": "dct:MediaType"},
        "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _english(terms)},
    }


def _addresses(sources: Iterable[Mapping[str, str]]) -> list[str]:
    """The addresses of sources without characters that an IRI cannot hold."""
    return sorted({quote(one["path"], safe="%:/?#[]@!$&'()*+,;=~") for one in sources})


def _english(words: str) -> dict[str, str]:
    return {"@language": "en", "@value": words}


def _moment(moment: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": moment}
