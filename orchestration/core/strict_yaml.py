"""YAML files read strictly: checked field by field, errors with line, entry, field and rule."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
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
from pydantic_core import PydanticCustomError

from orchestration.core.bounded_yaml import Place, YamlRefusal, read_yaml
from orchestration.core.errors import BilateralError
from orchestration.core.regular_files import read_regular, reason
from orchestration.core.suggestions import did_you_mean
from orchestration.core.text import STEERING

PATTERNS = ("*.yaml", "*.yml")

LARGEST = 1024 * 1024
"""Bytes of one file; a thousand entries are fewer."""

_ERRORS_SHOWN = 10
"""Wrong fields of one file that its refusal lists."""

_UNKNOWN = "not_in_vocabulary"
_LONGEST_CODE = 80
"""Characters of a value for which the nearest code is looked for."""

Vocabulary = Mapping[str, Mapping[str, str]]
"""The codes of a release: by field, such as ``metric``, the name of every code."""


def _in_vocabulary(value: Any, info: ValidationInfo) -> Any:
    """The value itself, unless a vocabulary is given that does not hold it; the refusal names the nearest."""
    kind = "area" if info.field_name == "counterpart_area" else str(info.field_name)
    known = info.context.get(kind) if info.context else None
    if known is None or not isinstance(value, str) or value in known:
        return value
    raise PydanticCustomError(_UNKNOWN, "no such {kind} is known", {"kind": kind})


InVocabulary = BeforeValidator(_in_vocabulary)
"""Marks a field whose value must be in the vocabulary, where one is given."""


def _harmless(text: str) -> str:
    if re.search(STEERING, text):
        raise ValueError("the text has a control character or a mark that turns its direction")
    return text


def _not_ahead(day: date) -> date:
    """The day itself, unless it lies ahead; a day more is allowed for time zones."""
    if day > (today := datetime.now(UTC).date()) + timedelta(days=1):
        raise ValueError(f"the day lies ahead of today, {today}; correct it, or the clock of this computer")
    return day


_NAME = r"^[a-z][a-z0-9_]*$"
_CODE = r"^[A-Z][A-Z0-9_]*$"
_ADDRESS = r"^https?://[^\s]+$"
_PATTERNS = {
    _NAME: "small letters, digits and underscores are expected, a letter first, such as ip_receipts",
    _CODE: "a code in capitals is expected, such as USD",
    _ADDRESS: "an address is expected that begins with https:// or http://",
}
"""What a pattern asks for, in words; another pattern is shown itself."""

_RULES = {
    "missing": "the field is missing",
    "extra_forbidden": "there is no field of this name",
    "string_type": "a text is expected, in quotes where it looks like a number or a day",
    "string_too_short": "the text is empty",
    "string_too_long": "the text has at most {max_length} characters",
    "int_type": "a whole number is expected, in digits and without quotes, such as 2024",
    "int_from_float": "a whole number is expected, such as 2024",
    "float_type": "a number is expected, in digits and without quotes or words, such as 144500000000",
    "finite_number": "a finite number is expected",
    "date_type": "a day is expected, written without quotes as 2025-05-07",
    "date_from_datetime_inexact": "a day is expected, without a time, written as 2025-05-07",
    "less_than_equal": "the number is at most {le}",
    "greater_than_equal": "the number is at least {ge}",
    "greater_than": "the number is above {gt}",
    "too_short": "at least {min_length} is expected",
    "list_type": "a list is expected, each entry after a hyphen",
    "model_type": "fields with names are expected, such as name: value",
    "dict_type": "fields with names are expected, such as name: value",
}
"""The rule that a value breaks, in words, by pydantic's type of the error; any other type keeps pydantic's words."""

PastDay = Annotated[date, AfterValidator(_not_ahead)]
"""A day on which something has happened, by the clock of this computer (not the one that a repeated build is given)."""
Text = Annotated[str, Field(min_length=1), AfterValidator(_harmless)]
Name = Annotated[str, Field(pattern=_NAME)]
UnitCode = Annotated[str, Field(pattern=_CODE)]
Address = Annotated[str, Field(pattern=_ADDRESS)]


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
        content, place = read_yaml(read_regular(path, LARGEST).decode("utf-8"))
    except OSError as error:
        raise refusal(
            f"the file cannot be read: {reason(error)}",
            payload=path.name,
            remedy="put the file itself there; links, pipes and devices are never opened",
        ) from error
    except YamlRefusal as error:
        raise refusal(
            str(error),
            payload=path.name,
            row=f"line {error.line}",
            remedy="correct the line; a field is written once, plainly",
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise refusal(
            f"not YAML: {' '.join(str(error).split())}",
            payload=path.name,
            remedy="correct the file's YAML",
        ) from error
    try:
        return model.model_validate(content, context=vocabulary)
    except ValidationError as error:
        first = error.errors(include_url=False)[:_ERRORS_SHOWN]
        places = [
            ", ".join(filter(None, [f"line {_line(one['loc'], place)}", _entry(one["loc"], content, kind, entries)]))
            for one in first
        ]
        wrong = [_offence(one, vocabulary) for one in first]
        others = [f"{at}: {what}" for at, what in zip(places[1:], wrong[1:], strict=True)]
        if (count := error.error_count()) > _ERRORS_SHOWN:
            others.append(f"and {count - _ERRORS_SHOWN:,} more")
        raise refusal(
            "\n  ".join([wrong[0], *others]),
            payload=path.name,
            row=places[0],
            remedy=f"correct the {'field' if count == 1 else 'fields'}; {kind}.schema.json describes each",
        ) from error


def schema_text(model: type[Strict]) -> str:
    """The JSON schema of a file, generated from its model, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(model).json_schema()
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _offence(error: Mapping[str, Any], vocabulary: Vocabulary | None) -> str:
    """Field, rule and what is there instead, of one error of pydantic."""
    rule = _rule(error)
    if error["type"] == "missing":
        return f"{_field(error['loc'])}: {rule}"
    if error["type"] == _UNKNOWN and vocabulary and len(error["input"]) <= _LONGEST_CODE:
        rule = f"{rule}; {did_you_mean(error['input'], vocabulary[error['ctx']['kind']])}".rstrip("; ")
    return f"{_field(error['loc'])}: {rule}; seen {_seen(error['input'])}"


def _rule(error: Mapping[str, Any]) -> str:
    """The rule that a value breaks, in words."""
    given = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        if choices := re.fullmatch(r"\^\(([a-z_|]+)\)\$", given["pattern"]):
            return f"one of {choices[1].replace('|', ', ')} is expected"
        return _PATTERNS.get(given["pattern"], f"a code of the form {given['pattern']} is expected")
    if error["type"] in _RULES:
        return _RULES[error["type"]].format(**given)
    return str(error["msg"]).removeprefix("Value error, ")


def _line(location: tuple[int | str, ...], place: Place) -> int:
    """The line of a value in the file; a missing field has the line of its parent."""
    line = 1
    for part in location:
        if part not in place.parts:
            return line
        place = place.parts[part]
        line = place.line
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
