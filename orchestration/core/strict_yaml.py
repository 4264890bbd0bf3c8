"""Strict YAML files: a size limit, no aliases, no repeated keys, and errors with line, entry and field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails

from orchestration.core.errors import BilateralError
from orchestration.core.regular_files import read_regular
from orchestration.core.suggestions import did_you_mean
from orchestration.core.text import STEERING

PATTERNS = ("*.yaml", "*.yml")
LARGEST = 256 * 1024
"""Bytes of one file; five hundred entries are fewer."""
DEEPEST = 20
_LONGEST_NAME = 80
_ERRORS_SHOWN = 10

Vocabulary = Mapping[str, Mapping[str, str]]
"""The codes of a release: for each field, such as ``metric``, the name of every code."""


def _in_vocabulary(value: Any, info: ValidationInfo) -> Any:
    kind = "area" if info.field_name == "counterpart_area" else str(info.field_name)
    known = info.context.get(kind) if info.context else None
    if known is None or not isinstance(value, str) or value in known:
        return value
    nearest = did_you_mean(value, known) if len(value) <= _LONGEST_NAME else ""
    raise ValueError(f"no such {kind} exists; {nearest}".rstrip("; "))


def _harmless(text: str) -> str:
    if re.search(STEERING, text):
        raise ValueError("the text contains a control character or a direction mark")
    return text


def _not_ahead(day: date) -> date:
    if day > (today := datetime.now(UTC).date()) + timedelta(days=1):  # one day more for time zones
        raise ValueError(f"the day is after today, {today}; correct it, or the clock of this computer")
    return day


InVocabulary = BeforeValidator(_in_vocabulary)
"""Marks a field whose value must be in the vocabulary passed to ``load_yaml``."""
PastDay = Annotated[date, AfterValidator(_not_ahead)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_harmless)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=_LONGEST_NAME)]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]


class Strict(BaseModel):
    """A model without unknown fields and without conversion of text into numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Model = TypeVar("Model", bound=Strict)


def yaml_files(path: Path) -> list[Path]:
    """Return the YAML files of a folder by name, or the path itself when it is a file; a missing folder has none."""
    if path.exists() and not path.is_dir():
        return [path]
    return sorted({file for pattern in PATTERNS for file in path.glob(pattern)})


class _Mapping(dict[str, Any]):
    """A mapping of a file, with the line of each key."""

    lines: Mapping[str, int]


class _Loader(yaml.CSafeLoader):
    """Reads decimal numbers, ISO dates, true, false and null; everything else is text.

    YAML 1.1 and 1.2 read other notations, such as 017, 1_000 and 1:30, as different numbers.
    """


def _mapping(loader: _Loader, node: yaml.MappingNode) -> _Mapping:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        name = loader.construct_object(key)
        if not isinstance(name, str):
            raise yaml.MarkedYAMLError(problem="a key must be text; write it in quotes", problem_mark=key.start_mark)
        if name in lines:
            raise yaml.MarkedYAMLError(problem=f"key {name[:_LONGEST_NAME]!r} repeated", problem_mark=key.start_mark)
        lines[name] = key.start_mark.line + 1
    content = _Mapping({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    content.lines = lines
    return content


_Loader.yaml_implicit_resolvers = {}
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
for _tag, _pattern, _first in (
    ("int", r"[-+]?(0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("float", r"[-+]?[0-9]+(\.[0-9]*([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)|[-+]?\.inf|\.nan", "-+.0123456789"),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
    ("bool", "true|false", "tf"),
    ("null", "null|~|", ["n", "~", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^({_pattern})$"), list(_first))


def load_yaml(
    path: Path,
    model: type[Model],
    kind: str,
    refusal: type[BilateralError],
    *,
    entries: str,
    vocabulary: Vocabulary | None = None,
) -> Model:
    """Read one file as a model.

    Args:
        path: the file.
        model: the model to validate against.
        kind: what an entry is called in errors, such as ``claim``.
        refusal: the class of the error.
        entries: the field with the list of entries.
        vocabulary: the allowed values of fields marked ``InVocabulary``; None allows any.

    Raises:
        BilateralError: of class ``refusal``, when the file is not a regular file of plain YAML or breaks the model. It
            names the line, entry and field of each error.
    """
    try:
        text = read_regular(path, LARGEST).decode("utf-8")
        _check_events(text)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except OSError as error:
        raise refusal(
            f"the file cannot be read: {error.strerror}", payload=path.name, remedy="put a regular file in its place"
        ) from error
    except (ValueError, yaml.YAMLError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else " ".join(str(error).split())
        row = f"line {mark.line + 1}" if mark else None
        raise refusal(f"not plain YAML: {problem}", payload=path.name, row=row, remedy="correct the file") from error
    try:
        return model.model_validate(content, context=vocabulary)
    except ValidationError as error:
        errors = error.errors(include_url=False)[:_ERRORS_SHOWN]
        rows = [_row(item["loc"], content, kind, entries) for item in errors]
        lines = [_rule(errors[0]), *(f"{row}: {_rule(item)}" for row, item in zip(rows[1:], errors[1:], strict=True))]
        if (count := error.error_count()) > _ERRORS_SHOWN:
            lines.append(f"and {count - _ERRORS_SHOWN:,} more")
        remedy = f"correct the fields; {kind}.schema.json describes each"
        raise refusal("\n  ".join(lines), payload=path.name, row=rows[0], remedy=remedy) from error


def schema_text(model: type[Strict]) -> str:
    """Return the JSON schema of a file, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(model).json_schema()
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _check_events(text: str) -> None:
    """Refuse aliases, tags and deep nesting before a tree is built."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        for is_refused, rule in (
            (isinstance(event, yaml.AliasEvent), "an alias repeats a node; write the node out"),
            (getattr(event, "tag", None) is not None, "a tag is not allowed; write the value without it"),
            (depth > DEEPEST, f"nested more than {DEEPEST} deep"),
        ):
            if is_refused:
                raise yaml.MarkedYAMLError(problem=rule, problem_mark=event.start_mark)


def _rule(error: ErrorDetails) -> str:
    """Return field, rule and value of one validation error."""
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    rule = error["msg"].removeprefix("Value error, ")
    seen = "" if error["type"] == "missing" else f"; seen {error['input']!r}"[:120]
    return f"{field or 'the file'}: {rule}{seen}"


def _row(location: Sequence[int | str], content: Any, kind: str, entries: str) -> str:
    """Return the line of a value (of its parent if it is missing) and the entry that it belongs to."""
    line = max(_lines(location, content), default=1)
    if len(location) < 2 or location[0] != entries or not isinstance(location[1], int):
        return f"line {line}"
    entry = content[entries][location[1]]
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"line {line}, {kind} {str(name)[:_LONGEST_NAME] if name else f'number {location[1] + 1}'}"


def _lines(location: Sequence[int | str], content: Any) -> Iterator[int]:
    """Yield the lines of the keys that lead to a value."""
    for part in location:
        if isinstance(content, _Mapping) and part in content:
            yield content.lines[str(part)]
            content = content[str(part)]
        elif isinstance(content, list) and isinstance(part, int):
            content = content[part]
            if isinstance(content, _Mapping):
                yield min(content.lines.values(), default=1)
