"""Files that people write in YAML: read strictly and checked field by field. What they mean is their readers' affair."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from orchestration.errors import BilateralError
from orchestration.plain import STEERING

PATTERNS = ("*.yaml", "*.yml")

LARGEST = 1024 * 1024
"""Bytes of one file; a thousand entries are fewer."""


def _harmless(text: str) -> str:
    if re.search(STEERING, text):
        raise ValueError("text holds no control character and no mark that turns its direction")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_harmless)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]


class Strict(BaseModel):
    """Unknown fields are refused and no text is taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Model = TypeVar("Model", bound=Strict)


def written_files(path: Path) -> list[Path]:
    """The files of a folder in name order, or the one file given; none at all is an empty list."""
    return [path] if path.is_file() else sorted({found for pattern in PATTERNS for found in path.glob(pattern)})


def load_written(
    path: Path, model: type[Model], kind: str, refusal: type[BilateralError], *, entries: str | None = None
) -> Model:
    """One file as a model; ``kind`` is the word for one entry, and ``entries`` the list that holds them where there are several.

    Raises:
        BilateralError: of the class ``refusal``: it is not YAML, or a field is missing, unknown or wrong.
    """
    try:
        content = yaml.load(_text_of(path, kind), Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise refusal(
            f"a {kind} file is YAML; {' '.join(str(error).split())}",
            payload=path.name,
            remedy="correct the file's YAML",
        ) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise refusal(
            f"{_field(first['loc'])}: {first['msg']}; seen {_seen(first['input'])}",
            payload=path.name,
            row=_entry(first["loc"], content, kind, entries),
            remedy=f"correct the field; {kind}.schema.json beside the file describes each",
        ) from error


def schema_text(model: type[Strict]) -> str:
    """The JSON schema of a file, made from its model, so that there is one truth; editors use it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(model).json_schema()
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key given twice, of which the plain loader would keep the last, and says where a date is none.

    A node is written where it stands: an alias could repeat one, and repetitions of repetitions fill any memory.
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
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
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
        raise ValueError(f"a {kind} file has at most {LARGEST} bytes")
    return body.decode("utf-8")


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
