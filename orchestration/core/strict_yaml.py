"""YAML files read strictly: checked field by field, errors with line, entry, field and rule."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date
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

from orchestration.core.errors import BilateralError
from orchestration.core.suggestions import did_you_mean
from orchestration.core.text import STEERING

PATTERNS = ("*.yaml", "*.yml")

LARGEST = 1024 * 1024
"""Bytes of one file; a thousand entries are fewer."""

_ERRORS_SHOWN = 10
"""Wrong fields of one file that its refusal lists."""

Vocabulary = Mapping[str, Mapping[str, str]]
"""The codes of a release: by field, such as ``metric``, the name of every code."""


def _in_vocabulary(value: Any, info: ValidationInfo) -> Any:
    """The value itself, unless a vocabulary is given that does not hold it."""
    kind = "area" if info.field_name == "counterpart_area" else str(info.field_name)
    known = info.context.get(kind) if info.context else None
    if known is None or not isinstance(value, str) or value in known:
        return value
    raise ValueError(f"no such {kind} is known; {did_you_mean(value, known)}".rstrip("; "))


InVocabulary = BeforeValidator(_in_vocabulary)
"""Marks a field whose value must be in the vocabulary, where one is given."""


def _harmless(text: str) -> str:
    if re.search(STEERING, text):
        raise ValueError("the text has a control character or a mark that turns its direction")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_harmless)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]


class Strict(BaseModel):
    """Unknown fields are refused and no text is taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Model = TypeVar("Model", bound=Strict)


def yaml_files(path: Path) -> list[Path]:
    """The files of a folder in name order, or the one file given; none at all is an empty list."""
    return [path] if path.is_file() else sorted({found for pattern in PATTERNS for found in path.glob(pattern)})


def load_yaml(
    path: Path,
    model: type[Model],
    kind: str,
    refusal: type[BilateralError],
    *,
    entries: str | None = None,
    vocabulary: Vocabulary | None = None,
) -> Model:
    """One file as a model.

    Args:
        path: the file.
        model: what it must be.
        kind: the word for one entry.
        refusal: the class of the error.
        entries: the list that holds the entries, where there are several.
        vocabulary: what the fields marked ``InVocabulary`` must be among; any well-formed value where there is none.

    Raises:
        BilateralError: of the class ``refusal``: it is not YAML, or fields are missing, unknown or wrong; of each the
            message names line, entry, field and rule.
    """
    try:
        content, node = _read(_text_of(path, kind))
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise refusal(
            f"not YAML: {' '.join(str(error).split())}",
            payload=path.name,
            remedy="correct the file's YAML",
        ) from error
    try:
        return model.model_validate(content, context=vocabulary)
    except ValidationError as error:
        places = [
            ", ".join(filter(None, [f"line {_line(one['loc'], node)}", _entry(one["loc"], content, kind, entries)]))
            for one in error.errors()
        ]
        wrong = [_offence(one) for one in error.errors()]
        others = [f"{place}: {what}" for place, what in zip(places[1:], wrong[1:], strict=True)][: _ERRORS_SHOWN - 1]
        if len(wrong) > _ERRORS_SHOWN:
            others.append(f"and {len(wrong) - _ERRORS_SHOWN} more")
        raise refusal(
            "\n  ".join([wrong[0], *others]),
            payload=path.name,
            row=places[0],
            remedy=f"correct the {'field' if len(wrong) == 1 else 'fields'}; {kind}.schema.json describes each",
        ) from error


def schema_text(model: type[Strict]) -> str:
    """The JSON schema of a file, generated from its model, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(model).json_schema()
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class _Loader(yaml.SafeLoader):
    """YAML that refuses a repeated key, an alias and an impossible date.

    Aliases of aliases can fill any memory; of a repeated key the safe loader would keep the last.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None, None, f"an alias repeats a node; write it out in place of *{event.anchor}", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} repeated", node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_date(self, node: yaml.ScalarNode) -> date:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value!r} is no date: {error}", node.start_mark
            ) from error


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_date)


def _text_of(path: Path, kind: str) -> str:
    with path.open("rb") as stream:
        body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ValueError(f"larger than {LARGEST} bytes")
    return body.decode("utf-8")


def _read(text: str) -> tuple[Any, yaml.Node | None]:
    """The content of the text, and the root node, which knows the lines."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    finally:
        loader.dispose()


def _offence(error: Mapping[str, Any]) -> str:
    """Field, rule and what is there instead, of one error of pydantic."""
    return f"{_field(error['loc'])}: {error['msg'].removeprefix('Value error, ')}; seen {_seen(error['input'])}"


def _line(location: tuple[int | str, ...], node: yaml.Node | None) -> int:
    """The line of a place in the file; a missing field has the line of its parent."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = (node.value[part], node.value[part])
        else:
            found = None
        if found is None:
            return line
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _field(location: tuple[int | str, ...]) -> str:
    """``claims[2].tolerance.absolute`` for a place in the file; ``the file`` for the whole."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "the file"


def _entry(location: tuple[int | str, ...], content: Any, kind: str, entries: str | None) -> str | None:
    """The entry that a place in the file belongs to, by its id where it has one."""
    if len(location) < 2 or location[0] != entries or not isinstance(location[1], int):
        return None
    entry = content[entries][location[1]]
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"{kind} {name}" if name else f"{kind} number {location[1] + 1}"


def _seen(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return repr(value)[:120]
