"""Runs one staging model on raw rows made up by a test, with the repository's own seeds, so that marks and units can be judged without dbt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.contracts.raw_table import Parsed
from orchestration.ingestion.raw_tables import raw_schema
from tests.unit.on_duckdb import PROJECT, rendered

MACROS = ("sdmx", "decimal_product")
"""Files of the macros that staging models call, beside those of the engines."""


def raw_table(schema: pa.Schema, results: Iterable[Parsed], resource: str = "resource") -> pa.Table:
    """Parsed rows with the lineage columns that raw adds."""
    rows = [
        {**row, "resource": resource, "vintage": result.vintage, "payload_sha256": "0" * 64}
        for result in results
        for batch in result.batches
        for row in batch.to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=raw_schema(schema))


def staged(model: str, raw: pa.Table) -> list[dict[str, Any]]:
    """The rows of a staging model over one raw table, by payload pointer: a join keeps no order."""
    (path,) = PROJECT.glob(f"models/staging/*/{model}.sql")
    query = rendered(path.read_text(encoding="utf-8"), MACROS, source=lambda source, table: "raw_rows")
    connection = duckdb.connect()
    connection.register("raw_rows", raw)
    for seed in (path for path in PROJECT.glob("seeds/*_codes/*.csv") if path.stem in query):
        text = connection.read_csv(str(seed), all_varchar=True)  # as dbt loads them: empty is null, NA is text
        connection.register(seed.stem, text)
    answer = connection.execute(query)
    names = [column[0] for column in answer.description]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return sorted(rows, key=lambda row: str(row["payload_pointer"]))
