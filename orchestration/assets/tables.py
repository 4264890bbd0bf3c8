"""Rows as tables in the metadata of the Dagster UI."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from orchestration.core.text import one_line

CELL_LONGEST = 80
"""Characters of one cell."""


def table(rows: Iterable[Mapping[str, Any]], longest: int = CELL_LONGEST) -> dg.TableMetadataValue:
    """Return rows as a table of text, one line per cell."""
    records = [{name: cell(value, longest) for name, value in row.items()} for row in rows]
    columns = [dg.TableColumn(name) for name in dict.fromkeys(name for record in records for name in record)]
    return dg.MetadataValue.table([dg.TableRecord(record) for record in records], dg.TableSchema(columns))


def cell(value: Any, longest: int = CELL_LONGEST) -> str:
    """Return a value as text on one line; a large amount is written out and not as a power."""
    if isinstance(value, float):
        return f"{value:,.12g}"
    return "" if value is None else one_line(str(value), longest)
