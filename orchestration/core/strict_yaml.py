"""Strict YAML files: a size limit, no aliases, no repeated keys, and errors with line, entry and field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
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


class _Loader(yaml.CSafeLoader):
    """Reads decimal numbers, ISO dates, true, false and null; everything else is text.

    YAML 1.1 and 1.2 read other notations, such as 017, 1_000 and 1:30, as different numbers.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, unless a key is repeated or is no text."""
        names: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str":
                raise _refusal(key, "a key must be text; write it in quotes")
            if key.value in names:
                raise _refusal(key, f"key {key.value[:_LONGEST_NAME]!r} repeated")
            names.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
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
        node, content = _parsed(read_regular(path, LARGEST).decode("utf-8"))
    except OSError as error:
        failure, remedy = f"the file cannot be read: {error.strerror}", "put a regular file in its place"
        raise refusal(failure, payload=path.name, remedy=remedy) from error
    except yaml.MarkedYAMLError as error:
        row = f"line {error.problem_mark.line + 1}" if error.problem_mark else None
        failure = f"not plain YAML: {error.problem}"
        raise refusal(failure, payload=path.name, row=row, remedy="correct the file") from error
    except (ValueError, yaml.YAMLError) as error:
        failure = f"not plain YAML: {' '.join(str(error).split())}"
        raise refusal(failure, payload=path.name, remedy="correct the file") from error
    try:
        return model.model_validate(content, context=vocabulary)
    except ValidationError as error:
        errors = error.errors(include_url=False)[:_ERRORS_SHOWN]
        first, *others = [(_row(item["loc"], node, content, kind, entries), _rule(item)) for item in errors]
        lines = [first[1], *(f"{row}: {rule}" for row, rule in others)]
        if (count := error.error_count()) > _ERRORS_SHOWN:
            lines.append(f"and {count - _ERRORS_SHOWN:,} more")
        remedy = f"correct the fields; {kind}.schema.json describes each"
        raise refusal("\n  ".join(lines), payload=path.name, row=first[0], remedy=remedy) from error


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the tree and the content of YAML; refuse aliases, tags and deep nesting before a tree is built."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise _refusal(event, "an alias repeats a node; write the node out")
        if getattr(event, "tag", None) is not None:
            raise _refusal(event, "a tag is not allowed; write the value without it")
        if depth > DEEPEST:
            raise _refusal(event, f"nested more than {DEEPEST} deep")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    finally:
        loader.dispose()


def _refusal(place: Any, rule: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=rule, problem_mark=place.start_mark)


def _rule(error: ErrorDetails) -> str:
    """Return field, rule and value of one validation error."""
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    rule = error["msg"].removeprefix("Value error, ")
    seen = "" if error["type"] == "missing" else f"; seen {error['input']!r}"[:120]
    return f"{field or 'the file'}: {rule}{seen}"


def _row(location: Sequence[int | str], node: Any, content: Any, kind: str, entries: str) -> str:
    """Return the line of a value (of its parent if it is missing) and the entry that it belongs to."""
    line = 0
    for part in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            pairs = [pair for pair in node.value if pair[0].value == part]
            line, node = (pairs[0][0].start_mark.line, pairs[0][1]) if pairs else (line, None)
    if len(location) < 2 or location[0] != entries or not isinstance(location[1], int):
        return f"line {line + 1}"
    entry = content[entries][location[1]]
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"line {line + 1}, {kind} {str(name)[:_LONGEST_NAME] if name else f'number {location[1] + 1}'}"
