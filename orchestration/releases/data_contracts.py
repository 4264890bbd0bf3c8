"""A contract per published table, as the Open Data Contract Standard writes it: columns, key, units, terms, how often, who."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from orchestration.core.files import write_text
from orchestration.releases.datapackage import field_type
from orchestration.releases.parquet_metadata import unit_in_words
from orchestration.releases.release_store import parquet_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orchestration.releases.citation import Edition
    from orchestration.releases.published_table import Column, Table

FOLDER: Final = "contracts"
_DUMPER: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # in C fifty contracts take 0.3 s, in Python 2 s

_LOGICAL: Final = {"datetime": "timestamp", "any": "string"}
"""Types of a Frictionless Table Schema that the standard calls otherwise."""


def contract_path(table: str) -> str:
    """Where a release folder keeps the contract of a table."""
    return f"{FOLDER}/{table}.odcs.yaml"


def write_contracts(folder: Path, edition: Edition, tables: Iterable[Table]) -> None:
    """Write ``contracts/<table>.odcs.yaml`` for every table; paths in it start at the folder of the release."""
    for table in tables:
        written = yaml.dump(
            data_contract(edition, table), Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=120
        )
        write_text(folder / contract_path(table.name), written)


def data_contract(edition: Edition, table: Table) -> dict[str, Any]:
    """The contract of a table of a release by version 3.1.0 of the standard, with what its model and its rows state."""
    meta = table.meta
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"bilateral.{table.name}",
        "name": table.name,
        "version": edition.id,
        "status": "active",
        "dataProduct": "bilateral",
        "description": _filled(
            purpose=table.description,
            usage=f"Cite as: {table.citation}",
            limitations=" ".join(meta.get("caveats", ())),
        ),
        "servers": [
            {"server": "parquet", "type": "local", "path": str(parquet_path(Path(), table.name)), "format": "parquet"},
            {"server": "duckdb", "type": "duckdb", "database": "warehouse.duckdb", "schema": "main"},
        ],
        "schema": [_schema(table)],
        **_filled(team=_filled(name=meta.get("owner"))),
        **_filled(slaProperties=[{"property": "frequency", "value": meta["cadence"]}] if "cadence" in meta else []),
        "customProperties": list(_further(table)),
    }


def _schema(table: Table) -> dict[str, Any]:
    counted = {"metric": "rowCount", "description": "Rows of the table in this release.", "mustBe": table.rows}
    unique = {
        "metric": "duplicateValues",
        "description": "No two rows share a key.",
        "arguments": {"properties": list(table.key)},
        "mustBe": 0,
    }
    return {
        "name": table.name,
        "logicalType": "object",
        "physicalType": "table",
        "description": table.description,
        **_filled(dataGranularityDescription=table.meta.get("grain")),
        "properties": [_property(table, column) for column in table.columns],
        "quality": [counted, *([unique] if table.key else [])],
    }


def _property(table: Table, column: Column) -> dict[str, Any]:
    position = table.primary_key.index(column.name) + 1 if column.name in table.primary_key else 0
    units = [{"property": "unit", "value": ", ".join(column.units)}] if column.units else []
    return {
        "name": column.name,
        "logicalType": _LOGICAL.get(field_type(column), field_type(column)),
        "physicalType": column.type,
        "required": column.required,
        **({"primaryKey": True, "primaryKeyPosition": position} if position else {}),
        **_filled(description=column.description, examples=[column.example] * bool(column.example)),
        **_filled(customProperties=units),
    }


def _further(table: Table) -> Iterator[dict[str, Any]]:
    """What the standard has no field for."""
    meta: Mapping[str, Any] = table.meta
    said = {
        "unit": unit_in_words(table),
        "formula": meta.get("formula"),
        "sources": list(table.sources),
        "licences": list(table.licences),
    }
    yield from ({"property": name, "value": value} for name, value in said.items() if value)


def _filled(**said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}
