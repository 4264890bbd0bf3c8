"""YAML text as plain data in a bounded time: no alias, tag, merge or odd number, and limits on depth and number of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

DEEPEST = 20
"""Collections within collections; a claim file has four."""
MOST_VALUES = 40_000
"""Keys and values of one file; a thousand claims have fewer."""
LONGEST_INTEGER = 18
"""Digits; every whole number of so many fits into 64 bits."""

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(rf"[-+]?(0|[1-9][0-9]{{0,{LONGEST_INTEGER - 1}}})")
_FLOAT = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_OCTAL = re.compile(r"[-+]?0[oO][0-7_]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_SHOWN = 60
"""Characters of a value that a refusal repeats."""


class YamlRefusal(ValueError):  # noqa: N818 - a refusal of well-formed YAML, not a defect
    """Well-formed YAML that is refused; ``line`` counts from 1."""

    def __init__(self, rule: str, line: int) -> None:
        super().__init__(rule)
        self.line = line


@dataclass(slots=True)
class Place:
    """The line of a value, and the places of its parts by key or position."""

    line: int
    parts: dict[str | int, Place] = field(default_factory=dict)


def read_yaml(text: str) -> tuple[Any, Place]:
    """The one document of a text and the lines of its values; None where there is no document.

    Raises:
        YamlRefusal: an alias, a tag, a merge key, a directive, a second document, a repeated key or one that is no text, a
            number in another than the usual notation, an impossible date, or more depth or values than the limits.
        yaml.YAMLError: it is not YAML.
    """
    if found := _DIRECTIVE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise YamlRefusal("a line begins with %, a directive of YAML; take it out", line)
    loader = yaml.CSafeLoader(text)
    try:
        builder = _Builder(loader)
        while loader.check_event():
            builder.take(loader.get_event())
        return builder.content, builder.place
    finally:
        loader.dispose()


class _Builder:
    """Puts the events of a parser together; ``content`` and ``place`` are the whole."""

    def __init__(self, loader: Any) -> None:
        self.content: Any = None
        self.place = Place(1)
        self._resolve: Callable[..., str] = loader.resolve
        self._open: list[tuple[dict[str, Any] | list[Any], Place]] = []
        self._keys: list[tuple[str, int] | None] = []
        self._values = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take the next event."""
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise YamlRefusal(
                f"an alias repeats a node; write it out in place of *{str(event.anchor)[:_SHOWN]}", _line(event)
            )
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise YamlRefusal("a second document begins; a file holds one", _line(event))

    def _take_scalar(self, event: Any) -> None:
        self._count(event)
        if self._awaits_key:
            self._take_key(event)
        else:
            value = self._scalar(event) if event.implicit[0] else event.value
            self._put(value, Place(self._line_of(event)))

    def _begin(self, event: Any, collection: dict[str, Any] | list[Any]) -> None:
        self._count(event)
        if self._awaits_key:
            raise YamlRefusal("a key must be a text, not a list or a mapping", _line(event))
        if len(self._open) == DEEPEST:
            raise YamlRefusal(f"nested more than {DEEPEST} deep", _line(event))
        place = Place(self._line_of(event))
        self._put(collection, place)
        self._open.append((collection, place))
        self._keys.append(None)

    @property
    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._keys[-1] is None

    def _line_of(self, event: Any) -> int:
        """The line of the value's key, where it has one."""
        return self._keys[-1][1] if self._keys and self._keys[-1] else _line(event)

    def _take_key(self, event: Any) -> None:
        key, line = event.value, _line(event)
        tag = self._resolve(yaml.ScalarNode, key, event.implicit) if event.implicit[0] else f"{_TAG}str"
        if tag != f"{_TAG}str":
            raise YamlRefusal(f"key {_quoted(key)} must be a text; write it in quotes if it is one", line)
        if key in self._open[-1][0]:
            raise YamlRefusal(f"key {_quoted(key)} repeated", line)
        self._keys[-1] = (key, line)

    def _put(self, value: Any, place: Place) -> None:
        if not self._open:
            self.content, self.place = value, place
            return
        holder, parts = self._open[-1]
        if isinstance(holder, list):
            parts.parts[len(holder)] = place
            holder.append(value)
        else:
            found = self._keys[-1]
            assert found is not None, "a value of a mapping follows its key"  # noqa: S101
            holder[found[0]] = value
            parts.parts[found[0]] = place
            self._keys[-1] = None

    def _count(self, event: Any) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            raise YamlRefusal(f"more than {MOST_VALUES:,} keys and values; split the file", _line(event))
        if event.tag is not None:
            raise YamlRefusal(f"a tag, {_quoted(event.tag)}; write the value without one", _line(event))

    def _scalar(self, event: Any) -> Any:
        """A plain scalar as null, truth, number, date or text, as YAML 1.1 reads it."""
        text = event.value
        kind = self._resolve(yaml.ScalarNode, text, event.implicit).removeprefix(_TAG)
        if kind == "str" and _OCTAL.fullmatch(text):
            kind = "int"
        if kind == "str":
            return text
        read = _READERS.get(kind)
        if read is None:
            raise YamlRefusal(f"{_quoted(text)} has a meaning of its own in YAML; write it in quotes", _line(event))
        try:
            return read(text)
        except ValueError as error:
            raise YamlRefusal(str(error), _line(event)) from error


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text):
        return int(text)
    if text.lstrip("+-").isdigit() and not text.lstrip("+-").startswith("0"):
        raise ValueError(
            f"{_quoted(text)} is an integer of {len(text.lstrip('+-')):,} digits; the longest has {LONGEST_INTEGER}"
        )
    raise ValueError(
        f"{_quoted(text)} is an integer in a notation that is read in different ways; write it in decimal digits alone, "
        "or in quotes if it is text"
    )


def _float(text: str) -> float:
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    raise ValueError(
        f"{_quoted(text)} is a number in a notation that is read in different ways; write it in decimal digits and a point, "
        "or in quotes if it is text"
    )


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(f"{_quoted(text)} is a moment; write a day as YYYY-MM-DD, or quotes around a text")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{_quoted(text)} is no date: {error}") from error


_READERS: Mapping[str, Callable[[str], Any]] = {
    "null": lambda text: None,
    "bool": lambda text: text.lower() in ("yes", "true", "on"),
    "int": _integer,
    "float": _float,
    "timestamp": _date,
}


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
