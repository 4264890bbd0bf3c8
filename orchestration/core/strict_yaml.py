"""Strict YAML files: a size limit, no aliases, no repeated keys, and errors with entry and field."""

import re
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from orchestration.core.errors import BilateralError
from orchestration.core.files import read_regular
from orchestration.core.text import STEERING, excerpt

PATTERNS = ("*.yaml", "*.yml")
LARGEST = 128 * 1024
"""Largest file in bytes; 200 entries need less."""
LONGEST_NAME = 80


def _require_harmless(text: str) -> str:
    if re.search(STEERING, text):
        raise ValueError("the text contains a control character or a direction mark")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_require_harmless)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=LONGEST_NAME)]


class Strict(BaseModel):
    """A model without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Strict)


def yaml_files(path: Path) -> list[Path]:
    """Return the YAML files of a folder by name, or the path itself when it is a file; a missing folder has none."""
    if path.exists() and not path.is_dir():
        return [path]
    return sorted({file for pattern in PATTERNS for file in path.glob(pattern)})


class _Loader(yaml.BaseLoader):
    """Reads every value but null as text, which the model converts: YAML reads 017 as octal, 1:30 as sexagesimal."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node; refuse an alias."""
        if self.check_event(yaml.AliasEvent):
            raise ValueError("an alias repeats a node; write the node out")
        return super().compose_node(parent, index)

    def construct_scalar(self, node: Any) -> Any:
        """Return the text of a value, or None where it is empty, ``~`` or ``null`` without quotes."""
        return None if node.style is None and node.value in ("", "~", "null") else super().construct_scalar(node)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, unless a key is repeated."""
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        names: set[str] = set()
        for key, _ in node.value:
            if key.value in names:
                raise ValueError(f"key {key.value[:LONGEST_NAME]!r} repeated in line {key.start_mark.line + 1}")
            names.add(key.value)
        return mapping


def load_yaml(
    path: Path, model: type[Model], kind: str, described_in: str, context: dict[str, Any] | None = None
) -> Model:
    """Read one file as a model.

    Args:
        kind: what an entry is called in errors, such as ``claim``; the field ``claims`` has the list of entries.
        described_in: the file or page that describes the fields.
        context: for the validators of the model.

    Raises:
        BilateralError: the file is not plain YAML or breaks the model; it names entry and field of each error.
    """
    try:
        content = read_regular(path, LARGEST)
    except OSError as error:
        failure, remedy = f"the file cannot be read: {error.strerror}", "put a regular file in its place"
        raise BilateralError(failure, payload=path.name, remedy=remedy) from error
    except ValueError as error:
        raise BilateralError(f"not plain YAML: {error}", payload=path.name, remedy="correct the file") from error
    return validate(parse_yaml(content, path.name), model, kind, described_in, context, path.name)


def parse_yaml(content: str | bytes, name: str) -> Any:
    """Return the content of plain YAML, every value but null as text.

    Args:
        name: that of the file, for errors.

    Raises:
        BilateralError: the content is not UTF-8 or YAML, has an alias or repeats a key.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8")
        return yaml.load(text, Loader=_Loader)  # noqa: S506, text only
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise BilateralError(f"not plain YAML: {reason}", payload=name, remedy="correct the file") from error


def validate(
    content: Any,
    model: type[Model],
    kind: str,
    described_in: str,
    context: dict[str, Any] | None = None,
    payload: str | None = None,
) -> Model:
    """Return content as a model, or raise BilateralError with the wrong fields; arguments as for ``load_yaml``."""
    try:
        return model.model_validate(content, context=context)
    except ValidationError as error:
        wrong = error.errors()
        row = _entry(wrong[0]["loc"], content, kind)
        remedy = f"correct the fields; {described_in} describes each"
        raise BilateralError("\n  ".join(map(broken_rule, wrong)), payload=payload, row=row, remedy=remedy) from error


def broken_rule(error: ErrorDetails) -> str:
    """Return field, rule and value of one validation error."""
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    rule = error["msg"].removeprefix("Value error, ")
    seen = "" if error["type"] == "missing" else f"; seen {excerpt(error['input'])}"
    return f"{field or 'the file'}: {rule}{seen}"


def _entry(location: tuple[int | str, ...], content: Any, kind: str) -> str | None:
    """Return the entry that a value belongs to, such as ``claim royalties_2024``; None outside the entries."""
    if len(location) < 2 or location[0] != f"{kind}s" or not isinstance(location[1], int):
        return None
    entry = content[f"{kind}s"][location[1]]
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"{kind} {str(name)[:LONGEST_NAME] if name else f'number {location[1] + 1}'}"
