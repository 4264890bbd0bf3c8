"""Shared by claim and correction files: columns of their raw tables, and entries with ids that are unique over all files."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.core.errors import BilateralError
from orchestration.core.strict_yaml import Model, Vocabulary, load_yaml, yaml_files


def columns(names: str, **types: pa.DataType) -> pa.Schema:
    """Return the schema of a raw table: the columns in this order, of text where no other type is given."""
    return pa.schema([(name, types.get(name, pa.string())) for name in names.split()])


def read_entries(
    paths: Iterable[Path],
    model: type[Model],
    kind: str,
    row_of: Callable[[Model, Any], dict[str, Any]],
    vocabulary: Vocabulary | None,
) -> list[dict[str, Any]]:
    """Return a row for each entry of files or folders, by file and in the file's order, with the name of its ``file``.

    Args:
        paths: files or folders; a folder without files has no entries.
        model: the model of a file, with the entries in the field ``<kind>s``.
        kind: what an entry is called; its id becomes the column ``<kind>_id``.
        row_of: makes a row of a file and one of its entries.
        vocabulary: the values that fields marked ``InVocabulary`` must be among; None allows any.

    Raises:
        BilateralError: a file is wrong, or an id is repeated.
    """
    rows: list[dict[str, Any]] = []
    files: dict[str, str] = {}
    for file in (file for path in paths for file in yaml_files(path)):
        content = load_yaml(file, model, kind, entries=f"{kind}s", vocabulary=vocabulary)
        for entry in getattr(content, f"{kind}s"):
            if entry.id in files:
                raise BilateralError(
                    f"a {kind}'s id is unique over all files; {entry.id!r} is also in {files[entry.id]}",
                    payload=file.name,
                    row=f"{kind} {entry.id}",
                    remedy="give one of the two another id",
                )
            files[entry.id] = file.name
            rows.append({f"{kind}_id": entry.id, "file": file.name} | row_of(content, entry))
    return rows
