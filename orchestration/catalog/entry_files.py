"""Files of claims and corrections: columns of their raw tables, entries with ids unique over all files."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import chain
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
    raise ValueError(f"no such {kind} exists; {did_you_mean(value[:LONGEST_NAME], known)}".rstrip("; "))


def _not_ahead(day: date) -> date:
    if day > (today := datetime.now(UTC).date()) + timedelta(days=1):  # one day more for time zones
        raise ValueError(f"the day is after today, {today}; correct it, or the clock of this computer")
    return day


InVocabulary = BeforeValidator(_in_vocabulary)
"""Marks a field whose value must be in the vocabulary passed to ``read_table``."""
PastDay = Annotated[date, AfterValidator(_not_ahead)]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$"), InVocabulary]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]

_TYPES = {"": pa.string(), "moment": pa.timestamp("us", tz="UTC")}


def columns(names: str) -> pa.Schema:
    """Return the schema of a raw table: a ``name`` is text, a ``name:type`` has this Arrow type."""
    typed = (name.partition(":")[::2] for name in names.split())
    return pa.schema([(name, _TYPES.get(kind) or pa.type_for_alias(kind)) for name, kind in typed])


def read_table(
    schema: pa.Schema,
    paths: Iterable[Path],
    model: type[Model],
    kind: str,
    row_of: Callable[[Model, Any], dict[str, Any]],
    vocabulary: Vocabulary | None,
) -> pa.Table:
    """Return a row for each entry of files or folders, by file and in the file's order, with the name of its ``file``.

    The model of a file has its entries in the field ``<kind>s``; ``row_of`` makes a row of a file and one of its
    entries.

    Raises:
        BilateralError: a file is not plain YAML or breaks the model, or an id is repeated. Names file, entry, field and
            rule.
    """
    rows: list[dict[str, Any]] = []
    files: dict[str, str] = {}
    for file in chain.from_iterable(map(yaml_files, paths)):
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
    return pa.Table.from_pylist(rows, schema=schema)
