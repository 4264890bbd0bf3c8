"""Strict YAML files: a size limit, no aliases, no repeated keys, and errors with line, entry and field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

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
from orchestration.core.regular_files import read_regular, reason
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
_Location = tuple[int | str, ...]

_TAG = "tag:yaml.org,2002:"
_NUMBERS = {
    f"{_TAG}int": re.compile(r"[-+]?(0|[1-9][0-9]{0,17})"),
    f"{_TAG}float": re.compile(r"[-+]?[0-9]+\.?[0-9]*([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", re.IGNORECASE),
}
"""Decimal notation. YAML 1.1 and 1.2 read others, such as 017, 1_000 and 1:30, as different numbers."""
_OCTAL = re.compile(r"[-+]?0[oO][0-7_]+")


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
    root: yaml.Node | None = None
    content: Any = None
    try:
        text = read_regular(path, LARGEST).decode("utf-8")
        _check_events(text)
        loader = yaml.CSafeLoader(text)
        if (root := loader.get_single_node()) is not None:
            _check_nodes(root)
            content = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else None
        raise refusal(
            f"not plain YAML: {error.problem}", payload=path.name, row=line, remedy="correct the line"
        ) from error
    except OSError as error:
        raise refusal(
            f"the file cannot be read: {reason(error)}", payload=path.name, remedy="put a regular file in its place"
        ) from error
    except (ValueError, yaml.YAMLError) as error:
        raise refusal(
            f"not plain YAML: {' '.join(str(error).split())}", payload=path.name, remedy="correct the file"
        ) from error
    try:
        return model.model_validate(content, context=vocabulary)
    except ValidationError as error:
        errors = error.errors(include_url=False)[:_ERRORS_SHOWN]
        rows = [_row(one["loc"], root, content, kind, entries) for one in errors]
        rules = [_rule(one) for one in errors]
        lines = [rules[0], *(f"{row}: {rule}" for row, rule in zip(rows[1:], rules[1:], strict=True))]
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
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            _refuse("an alias repeats a node; write the node out", event)
        if getattr(event, "tag", None) is not None:
            _refuse("a tag is not allowed; write the value without it", event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            _refuse(f"nested more than {DEEPEST} deep", event)


def _check_nodes(root: yaml.Node) -> None:
    """Refuse repeated keys, keys that are not text, and numbers in ambiguous notation."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.tag != f"{_TAG}str":
                    _refuse("a key must be text; write it in quotes", key)
                if key.value in seen:
                    _refuse(f"key {key.value[:_LONGEST_NAME]!r} repeated", key)
                seen.add(key.value)
                nodes.append(value)
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif not _is_plain_number(node):
            _refuse(
                f"{node.value[:_LONGEST_NAME]!r} is not a decimal number of at most 18 digits; quote it if it is text",
                node,
            )


def _is_plain_number(node: Any) -> bool:
    if node.tag == f"{_TAG}str":
        return bool(node.style) or not _OCTAL.fullmatch(node.value)
    pattern = _NUMBERS.get(node.tag)
    return pattern is None or bool(pattern.fullmatch(node.value))


def _refuse(rule: str, place: Any) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=rule, problem_mark=place.start_mark)


def _rule(error: ErrorDetails) -> str:
    """Return field, rule and value of one validation error."""
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    rule = error["msg"].removeprefix("Value error, ")
    seen = "" if error["type"] == "missing" else f"; seen {error['input']!r}"[:120]
    return f"{field or 'the file'}: {rule}{seen}"


def _row(location: _Location, root: yaml.Node | None, content: Any, kind: str, entries: str) -> str:
    """Return the line of a value (of its parent if it is missing) and the entry that it belongs to."""
    line, node = 1, root
    for part in location:
        child, mark = _child(node, part)
        if child is None:
            break
        line, node = mark, child
    if len(location) < 2 or location[0] != entries or not isinstance(location[1], int):
        return f"line {line}"
    entry = content[entries][location[1]]
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"line {line}, {kind} {str(name)[:_LONGEST_NAME] if name else f'number {location[1] + 1}'}"


def _child(node: yaml.Node | None, part: int | str) -> tuple[yaml.Node | None, int]:
    """Return the value of a key or position, and its line."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part], node.value[part].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value, key.start_mark.line + 1
    return None, 1
