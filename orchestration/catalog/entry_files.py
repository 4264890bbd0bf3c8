"""What claim and correction files share: columns of their raw tables, and ids that are unique over all files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from orchestration.core.errors import BilateralError


def columns(names: str, **types: pa.DataType) -> pa.Schema:
    """Return the schema of a raw table: the columns in this order, of text where no other type is given."""
    return pa.schema([(name, types.get(name, pa.string())) for name in names.split()])


def require_unique(rows: Iterable[Mapping[str, Any]], kind: str, refusal: type[BilateralError]) -> None:
    """Raise an error of a class if two rows have the same ``<kind>_id``; it names both of their files."""
    files: dict[str, str] = {}
    for row in rows:
        entry, file = row[f"{kind}_id"], row["file"]
        if entry in files:
            raise refusal(
                f"a {kind}'s id is unique over all files; {entry!r} is also in {files[entry]}",
                payload=file,
                row=f"{kind} {entry}",
                remedy="give one of the two another id",
            )
        files[entry] = file
