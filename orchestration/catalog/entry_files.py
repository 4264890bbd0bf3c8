"""Shared by claim and correction files: columns of their raw tables, and entries with ids that are unique over all files."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from orchestration.core.errors import BilateralError
from orchestration.core.strict_yaml import LONGEST_NAME, Model, load_yaml, yaml_files
from orchestration.core.suggestions import did_you_mean

Vocabulary = Mapping[str, Mapping[str, str]]
"""The codes of a release: for each field, such as ``metric``, the name of every code."""


def _in_vocabulary(value: Any, info: ValidationInfo) -> Any:
    kind = "area" if info.field_name == "counterpart_area" else str(info.field_name)
    known = info.context.get(kind) if info.context else None
    if known is None or not isinstance(value, str) or value in known:
        return value
    nearest = did_you_mean(value, known) if len(value) <= LONGEST_NAME else ""
    raise ValueError(f"no such {kind} exists; {nearest}".rstrip("; "))


def _not_ahead(day: date) -> date:
    if day > (today := datetime.now(UTC).date()) + timedelta(days=1):  # one day more for time zones
        raise ValueError(f"the day is after today, {today}; correct it, or the clock of this computer")
    return day


InVocabulary = BeforeValidator(_in_vocabulary)
"""Marks a field whose value must be in the vocabulary passed to ``read_entries``."""
PastDay = Annotated[date, AfterValidator(_not_ahead)]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]


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
        content = load_yaml(file, model, kind, f"{kind}.schema.json", dict(vocabulary or {}))
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
