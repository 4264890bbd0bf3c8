"""What a Parquet file says of itself: key-value metadata of the file, and description and unit of each column as Arrow fields."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from orchestration.releases.citation import Edition
    from orchestration.releases.published_table import Column, Table

ARROW_SCHEMA: Final = "ARROW:schema"
"""Where Arrow, pandas and Polars look for the schema that a file was written from; DuckDB passes it by."""

_TYPES: Final = {
    "VARCHAR": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(38,12)": pa.decimal128(38, 12),
}
"""Arrow's types of the types that published tables have. In a table with another one, columns are not described: a wrong type would mislead."""


def parquet_metadata(table: Table, edition: Edition) -> dict[str, str]:
    """The key-value metadata of a table's file; a key without anything to say is left out.

    Nothing depends on the clock: the same tables give the same bytes.
    """
    said = _filled(
        {
            "table": table.name,
            "description": table.description,
            "unit": unit_in_words(table),
            "key": ", ".join(table.key),
            "source": ", ".join(table.sources),
            "licence": "; ".join(table.licences),
            "works": "; ".join(table.works),
            "release": edition.id,
        }
    )
    return said | _arrow_schema(table, said)


def unit_in_words(table: Table) -> str:
    """The unit of a table's figures as its model states it, else the codes of its columns; empty where there are no figures."""
    return str(table.meta.get("unit", "")) or ", ".join(table.units)


def _arrow_schema(table: Table, said: dict[str, str]) -> dict[str, str]:
    """Arrow takes the metadata of the file from its own schema, where there is one."""
    if any(column.type not in _TYPES for column in table.columns):
        return {}
    schema = pa.schema([_field(column) for column in table.columns], metadata=said)
    return {ARROW_SCHEMA: base64.b64encode(schema.serialize().to_pybytes()).decode()}


def _field(column: Column) -> pa.Field:
    said = _filled({"description": column.description, "unit": ", ".join(column.units)})
    return pa.field(column.name, _TYPES[column.type], metadata=said)


def _filled(said: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in said.items() if value}
